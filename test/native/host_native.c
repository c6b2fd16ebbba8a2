/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The core's host for unit tests, see host_native.h, and its memory (core/kmem.h): each object is a
 * malloc of its own, of just its size, so that the sanitizers watch over it.
 */
#include "host_native.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "event_loop.h"
#include "file.h"
#include "host_signal.h"
#include "kmem.h"
#include "node.h"
#include "syscall_exit.h"

#define SECOND INT64_C(1000000000)

/* ---- Sleeping ---------------------------------------------------------------------------------- */

static _Thread_local struct {
  bool on;
  native_hook hook;
  void *arg;
  int64_t now;
  bool end_next;
  int result;
  int sleeps, wakes;
} alone;

static _Atomic int64_t wall_clock_ahead = 1000 * SECOND;

void native_alone(native_hook hook, void *arg) {
  if (!alone.on) {
    alone.now = SECOND;
  }
  alone.on = true;
  alone.hook = hook;
  alone.arg = arg;
}

void native_advance(int64_t ns) {
  alone.now += ns;
}

void native_set_wall_clock(int64_t ahead) {
  wall_clock_ahead = ahead;
}

void native_end_next_sleep(int result) {
  alone.end_next = true;
  alone.result = result;
}

int native_sleeps(void) {
  return alone.sleeps;
}

int native_wakes(void) {
  return alone.wakes;
}

int64_t host_now(void) {
  if (alone.on) {
    return alone.now;
  }
  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return ts.tv_sec * SECOND + ts.tv_nsec;
}

int64_t host_wall_clock(void) {
  return host_now() + wall_clock_ahead;
}

int host_how_to_sleep(void) {
  return alone.on ? WAITER_SUSPENDED : WAITER_ASLEEP;
}

bool host_can_wait(void) {
  return true;
}

/* FUTEX_WAIT_BITSET takes an absolute time of the monotonic clock, futex(2). */
static int futex_wait(_Atomic int *word, int value, deadline_t deadline) {
  struct timespec ts = {.tv_sec = deadline / SECOND, .tv_nsec = deadline % SECOND};
  long r = syscall(SYS_futex, word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, value,
                   deadline == DEADLINE_NONE ? NULL : &ts, NULL, FUTEX_BITSET_MATCH_ANY);
  return r < 0 && errno == ETIMEDOUT ? -ETIMEDOUT : 0;
}

static void futex_wake(_Atomic int *word, int n) {
  syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, n, NULL, NULL, 0);
}

static int sleep_alone(struct waiter *w, int how, deadline_t deadline) {
  alone.sleeps++;
  if (alone.end_next) {
    alone.end_next = false;
    return alone.result;
  }
  if (alone.hook) {
    alone.hook(alone.arg);
  }
  if (w->state != how) {
    return 0;
  }
  if (deadline == DEADLINE_NONE) {
    CHECK_FAIL("would sleep for ever");
  }
  if (alone.now < deadline) {
    alone.now = deadline;
  }
  return -ETIMEDOUT;
}

int host_wait(struct waiter *w, int how, deadline_t deadline) {
  if (how == WAITER_SUSPENDED) {
    return sleep_alone(w, how, deadline);
  }
  return futex_wait(&w->state, how, deadline);
}

void host_wake(struct waiter *w, int how) {
  CHECK(how == WAITER_ASLEEP || how == WAITER_SUSPENDED);
  if (how == WAITER_SUSPENDED) {
    alone.wakes++;
  } else {
    futex_wake(&w->state, INT_MAX);
  }
}

void host_lock_wait(_Atomic int *word, int value) {
  futex_wait(word, value, DEADLINE_NONE);
}

void host_lock_wake(_Atomic int *word) {
  futex_wake(word, 1);
}

/* ---- Descriptor numbers ------------------------------------------------------------------------ */

/* More than the core's table holds (65536), so that a test can meet its limit. */
#define NUMBERS 66000

static struct {
  pthread_mutex_t mutex;
  enum { FREE, OPEN, CLOSING } state[NUMBERS];
  struct node *foreign[NUMBERS];
  int first, used, limit;
} numbers = {.mutex = PTHREAD_MUTEX_INITIALIZER, .first = 300, .limit = -1};

static _Atomic int sigpipes;

void native_first_fd(int fd) {
  pthread_mutex_lock(&numbers.mutex);
  numbers.first = fd;
  pthread_mutex_unlock(&numbers.mutex);
}

void native_limit_fds(int n) {
  pthread_mutex_lock(&numbers.mutex);
  numbers.limit = n;
  pthread_mutex_unlock(&numbers.mutex);
}

int native_open_fds(void) {
  pthread_mutex_lock(&numbers.mutex);
  int used = numbers.used;
  pthread_mutex_unlock(&numbers.mutex);
  return used;
}

/* The mutex is held. */
static void release_number(int fd) {
  numbers.state[fd] = FREE;
  numbers.used--;
}

/* Makes number fd refer to f, or to a node of the host's own. The mutex is held. */
static int open_number(int fd, struct file *f, struct node *foreign) {
  int err = f ? fd_attach(fd, f) : 0;
  if (err) {
    return err;
  }
  numbers.used++;
  numbers.state[fd] = OPEN;
  numbers.foreign[fd] = foreign;
  return fd;
}

/* The lowest free number, not below from. */
static int alloc_number_from(int from, struct file *f, struct node *foreign) {
  int fd = -EMFILE;
  pthread_mutex_lock(&numbers.mutex);
  if (numbers.limit < 0 || numbers.used < numbers.limit) {
    int i = from > numbers.first ? from : numbers.first;
    while (i < NUMBERS && numbers.state[i] != FREE) {
      i++;
    }
    fd = i < NUMBERS ? open_number(i, f, foreign) : -EMFILE;
  }
  pthread_mutex_unlock(&numbers.mutex);
  return fd;
}

static int alloc_number(struct file *f, struct node *foreign) {
  return alloc_number_from(0, f, foreign);
}

/* Detaches first, for a free number may be given out, and attached, at once. */
int host_fd_close(int fd) {
  pthread_mutex_lock(&numbers.mutex);
  bool open = fd >= 0 && fd < NUMBERS && numbers.state[fd] == OPEN;
  if (open) {
    numbers.state[fd] = CLOSING;
    numbers.foreign[fd] = NULL;
  }
  pthread_mutex_unlock(&numbers.mutex);
  if (!open) {
    return -EBADF;
  }
  fd_detach(fd);
  pthread_mutex_lock(&numbers.mutex);
  release_number(fd);
  pthread_mutex_unlock(&numbers.mutex);
  return 0;
}

int host_fd_alloc(struct file *f) {
  return alloc_number(f, NULL);
}

int native_foreign_fd(struct node *n) {
  return alloc_number(NULL, n);
}

int native_dup(int fd) {
  return native_dup_from(fd, 0);
}

int native_dup_from(int fd, int lowest) {
  struct file *f = file_get(fd);
  if (!f) {
    return -EBADF;
  }
  int r = alloc_number_from(lowest, f, NULL);
  file_put(f);
  return r;
}

/* The number goes from one description to the other without being free in between. */
int native_dup2(int fd, int to) {
  struct file *f = file_get(fd);
  if (!f) {
    return -EBADF;
  }
  pthread_mutex_lock(&numbers.mutex);
  while (numbers.state[to] != FREE) {
    bool open = numbers.state[to] == OPEN;
    numbers.state[to] = CLOSING;
    pthread_mutex_unlock(&numbers.mutex);
    if (open) {
      fd_detach(to);
    } else {
      sched_yield();
    }
    pthread_mutex_lock(&numbers.mutex);
    if (open) {
      release_number(to);
    }
  }
  int r = open_number(to, f, NULL);
  pthread_mutex_unlock(&numbers.mutex);
  file_put(f);
  return r;
}

struct node *host_foreign_node(int fd) {
  if (fd < 0 || fd >= NUMBERS) {
    return NULL;
  }
  pthread_mutex_lock(&numbers.mutex);
  struct node *n = numbers.foreign[fd];
  if (n) {
    node_get(n);
  }
  pthread_mutex_unlock(&numbers.mutex);
  return n;
}

/* ---- Descriptors in flight, and paths of sockets ------------------------------------------------ */

#define HOLDS 1024

static struct {
  pthread_mutex_t mutex;
  struct node *nodes[HOLDS];
  int live;
} holds = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static int hold_node(struct node *n) {
  pthread_mutex_lock(&holds.mutex);
  int i = 0;
  while (i < HOLDS && holds.nodes[i]) {
    i++;
  }
  if (i < HOLDS) {
    holds.nodes[i] = n;
    holds.live++;
  }
  pthread_mutex_unlock(&holds.mutex);
  return i < HOLDS ? i : -ENOMEM;
}

static struct node *held_node(int held, bool release) {
  pthread_mutex_lock(&holds.mutex);
  struct node *n = holds.nodes[held];
  if (release) {
    holds.nodes[held] = NULL;
    holds.live--;
  }
  pthread_mutex_unlock(&holds.mutex);
  CHECK(n);
  return n;
}

int host_foreign_hold(int fd) {
  struct node *n = host_foreign_node(fd);
  if (!n) {
    return -EBADF;
  }
  int held = hold_node(n);
  node_put(n); /* the host's own live as long as the test */
  return held;
}

int host_foreign_hold_again(int held) {
  return hold_node(held_node(held, false));
}

int host_foreign_install(int held) {
  int fd = alloc_number(NULL, held_node(held, false));
  if (fd >= 0) {
    held_node(held, true);
  }
  return fd;
}

void host_foreign_drop(int held) {
  held_node(held, true);
}

int native_holds(void) {
  return holds.live;
}

#define PATHS 64

static struct {
  pthread_mutex_t mutex;
  char names[PATHS][128];
  uint64_t inodes[PATHS], last;
} paths = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* The mutex is held. The name "" is that of a free entry. */
static int path_index(const char *path) {
  int i = 0;
  while (i < PATHS && strcmp(paths.names[i], path)) {
    i++;
  }
  return i;
}

int host_socket_path_make(const char *path, uint64_t *inode) {
  pthread_mutex_lock(&paths.mutex);
  int err = path_index(path) < PATHS ? -EADDRINUSE : 0;
  if (!err) {
    int i = path_index("");
    CHECK(i < PATHS);
    strcpy(paths.names[i], path);
    *inode = paths.inodes[i] = ++paths.last;
  }
  pthread_mutex_unlock(&paths.mutex);
  return err;
}

int host_socket_path_find(const char *path, uint64_t *inode) {
  pthread_mutex_lock(&paths.mutex);
  int i = path_index(path);
  if (i < PATHS) {
    *inode = paths.inodes[i];
  }
  pthread_mutex_unlock(&paths.mutex);
  return i < PATHS ? 0 : -ENOENT;
}

unsigned host_user_id(bool group) {
  return group ? getgid() : getuid();
}

void host_socket_path_close(uint64_t inode) {
  (void)inode;
}

int host_socket_listen(uint64_t inode, struct node *listener) {
  (void)inode;
  (void)listener;
  return 0;
}

int host_socket_connect(const char *path, struct file *end) {
  (void)path;
  (void)end;
  return -ECONNREFUSED;
}

void host_socket_path_remove(const char *path, uint64_t inode) {
  (void)inode;
  pthread_mutex_lock(&paths.mutex);
  int i = path_index(path);
  if (i < PATHS) {
    paths.names[i][0] = 0;
  }
  pthread_mutex_unlock(&paths.mutex);
}

void host_raise_sigpipe(void) {
  sigpipes++;
  if (signal_raise_hook) {
    signal_raise_hook(SIGPIPE, SI_USER);
  }
}

static _Atomic int watched_inodes;

void host_watching_inodes(int change) {
  watched_inodes += change;
}

int native_watched_inodes(void) {
  return watched_inodes;
}

int native_sigpipes(void) {
  return sigpipes;
}

/* ---- Threads and signals ----------------------------------------------------------------------- */

pid_t host_tid(void) {
  return (pid_t)syscall(SYS_gettid);
}

bool host_is_helper(void) {
  return false;
}

void host_call_handler(const struct sigaction *action, siginfo_t *info, ucontext_t *context) {
  if (action->sa_flags & SA_SIGINFO) {
    action->sa_sigaction(info->si_signo, info, context);
  } else {
    action->sa_handler(info->si_signo);
  }
}

/* As a shell would report it. */
void host_terminate(int sig) {
  _exit(128 + sig);
}

void host_watch_signals(void) {
}

void host_timers_begin(void) {
}

/* ---- The event loop ---------------------------------------------------------------------------- */

#define LOOPS 64

struct asked_loop {
  struct event_loop *loop;
  bool pending;
  int times;
};

static struct {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  struct asked_loop of[LOOPS];
} asked = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static _Thread_local deadline_t alarm_at = DEADLINE_NONE;
static _Atomic int keepalive;

/* NULL: there is none. The mutex is held. */
static struct asked_loop *find_entry(const struct event_loop *loop) {
  for (int i = 0; i < LOOPS; i++) {
    if (asked.of[i].loop == loop) {
      return &asked.of[i];
    }
  }
  return NULL;
}

/* The mutex is held. */
static struct asked_loop *entry_of(struct event_loop *loop) {
  struct asked_loop *a = find_entry(loop);
  if (!a) {
    a = find_entry(NULL);
    if (!a) {
      CHECK_FAIL("more than %d loops", LOOPS);
    }
    *a = (struct asked_loop){.loop = loop};
  }
  return a;
}

void host_schedule(struct event_loop *loop) {
  CHECK(!pthread_equal(event_loop_thread(loop), (pthread_t){0}));
  pthread_mutex_lock(&asked.mutex);
  struct asked_loop *a = entry_of(loop);
  a->pending = true;
  a->times++;
  pthread_cond_broadcast(&asked.changed);
  pthread_mutex_unlock(&asked.mutex);
}

void host_set_alarm(deadline_t deadline) {
  alarm_at = deadline;
}

deadline_t native_alarm(void) {
  return alarm_at;
}

bool native_scheduled(void) {
  pthread_mutex_lock(&asked.mutex);
  bool pending = entry_of(event_loop_current())->pending;
  pthread_mutex_unlock(&asked.mutex);
  return pending;
}

int native_schedules(void) {
  pthread_mutex_lock(&asked.mutex);
  int times = entry_of(event_loop_current())->times;
  pthread_mutex_unlock(&asked.mutex);
  return times;
}

int native_turn(void) {
  if (!native_scheduled()) {
    return 0;
  }
  pthread_mutex_lock(&asked.mutex);
  entry_of(event_loop_current())->pending = false;
  pthread_mutex_unlock(&asked.mutex);
  int n = event_loop_turn();
  for (int i = 0; i < n; i++) {
    event_loop_step();
  }
  return n;
}

void native_settle(void) {
  while (native_scheduled()) {
    native_turn();
  }
}

static void sleep_until_asked(void) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  int64_t ns = alarm_at == DEADLINE_NONE ? SECOND : alarm_at - host_now();
  ns = (ns < 0 ? 0 : ns > SECOND ? SECOND : ns) + until.tv_nsec;
  until.tv_sec += ns / SECOND;
  until.tv_nsec = ns % SECOND;
  pthread_mutex_lock(&asked.mutex);
  struct asked_loop *a = entry_of(event_loop_current());
  while (!a->pending && pthread_cond_timedwait(&asked.changed, &asked.mutex, &until) == 0) {
  }
  pthread_mutex_unlock(&asked.mutex);
}

void native_run_loop_once(void) {
  sleep_until_asked();
  native_turn();
  if (alarm_at <= host_now()) {
    event_loop_timers();
  }
}

void host_loop_begin(struct event_loop *loop) {
  CHECK(loop == event_loop_current());
}

void host_loop_end(struct event_loop *loop) {
  CHECK(loop == event_loop_current());
  pthread_mutex_lock(&asked.mutex);
  *entry_of(loop) = (struct asked_loop){0};
  pthread_mutex_unlock(&asked.mutex);
  alarm_at = DEADLINE_NONE;
}

void host_keepalive_push(void) {
  keepalive++;
}

void host_keepalive_pop(void) {
  keepalive--;
}

int native_keepalive(void) {
  return keepalive;
}

/* ---- Memory ------------------------------------------------------------------------------------ */

static _Atomic long live_blocks;

static _Thread_local struct {
  bool on, all_later;
  int left, failed;
} failing;

void native_fail_alloc(int n, bool all_later) {
  failing.on = n >= 0;
  failing.left = n;
  failing.all_later = all_later;
  failing.failed = 0;
}

int native_failed_allocs(void) {
  return failing.failed;
}

long native_live_blocks(void) {
  return live_blocks;
}

static bool fails(void) {
  if (!failing.on || failing.left-- > 0) {
    return false;
  }
  failing.on = failing.all_later;
  failing.failed++;
  return true;
}

void *kmem_alloc(size_t size) {
  void *p = fails() ? NULL : malloc(size);
  live_blocks += p != NULL;
  return p;
}

void *kmem_zalloc(size_t size) {
  void *p = kmem_alloc(size);
  return p ? memset(p, 0, size) : NULL;
}

void kmem_free(void *p, size_t size) {
  if (!p) {
    return;
  }
  /* Under a sanitizer, usable is what malloc was asked for. */
  CHECK_EQ(malloc_usable_size(p), size);
  live_blocks--;
  free(p);
}

size_t kmem_total(void) {
  return (size_t)1 << 26;
}
