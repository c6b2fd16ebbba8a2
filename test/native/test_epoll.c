/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * epoll(7) where the kernel cannot be compared with: out of memory at every allocation, watches
 * that end with what they watch or with the instance, what a sleeping caller is woken by, and
 * threads that add, fire and close at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>

#include "calls.h"
#include "check.h"
#include "epoll.h"
#include "eventfd.h"
#include "fake_node.h"
#include "host_native.h"
#include "poll_fds.h"
#include "stress.h"

static int control(int epfd, int op, int fd, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  return epoll_control(epfd, op, fd, &event);
}

static int open_fake(struct fake_node *fake) {
  fake_init(fake, &fake_ops);
  return fd_open(&fake->node, O_RDWR);
}

/* Checks that just fd is ready, for events; fd -1: that nothing is. */
static void expect(int epfd, int fd, uint32_t events) {
  struct epoll_event got[4];
  int n = epoll_collect(epfd, got, 4, 0);
  CHECK_EQ(n, fd >= 0);
  if (n) {
    CHECK_EQ(got[0].data.fd, fd);
    CHECK_EQ(got[0].events, events);
  }
}

/* ---- Out of memory ----------------------------------------------------------------------------- */

enum { MANY = 40 };

static int counters[MANY];

/* Opens an instance and gives it more watches than its first table is made for. What was added
   before an allocation failed goes on working. */
static int watch_many(void) {
  struct epoll_event got[MANY];
  int n = 0, err = 0;
  int e = epoll_open(EPOLL_CLOEXEC);
  if (e < 0) {
    return e;
  }
  while (n < MANY && !err) {
    err = control(e, EPOLL_CTL_ADD, counters[n], EPOLLIN);
    n += !err;
  }
  CHECK_EQ(epoll_collect(e, got, MANY, 0), n);
  for (int i = 0; i < n; i++) {
    CHECK_EQ(got[i].data.fd, counters[i]);
    CHECK_EQ(control(e, i % 2 ? EPOLL_CTL_MOD : EPOLL_CTL_DEL, counters[i], 0), 0);
  }
  CHECK_EQ(epoll_collect(e, got, MANY, 0), 0);
  CHECK_EQ(host_fd_close(e), 0);
  return err;
}

static void fail_each(void) {
  for (int all_later = 0; all_later < 2; all_later++) {
    int n = 0, failed;
    do {
      long blocks = native_live_blocks();
      int fds = native_open_fds();
      native_fail_alloc(n, all_later);
      int r = watch_many();
      failed = native_failed_allocs();
      native_fail_alloc(-1, false);
      CHECK_EQ(r, failed ? -ENOMEM : 0);
      CHECK_EQ(native_live_blocks(), blocks);
      CHECK_EQ(native_open_fds(), fds);
      n += failed != 0;
    } while (failed);
    CHECK(n >= MANY + 3); /* instance, description, table and watches */
  }
}

static void out_of_memory(void) {
  for (int i = 0; i < MANY; i++) {
    counters[i] = eventfd_open(1, 0);
    CHECK(counters[i] >= 0);
  }
  fail_each();
  native_limit_fds(native_open_fds());
  long blocks = native_live_blocks();
  CHECK_EQ(epoll_open(0), -EMFILE);
  CHECK_EQ(native_live_blocks(), blocks);
  native_limit_fds(-1);
  for (int i = 0; i < MANY; i++) {
    CHECK_EQ(host_fd_close(counters[i]), 0);
  }
}

/* ---- How watches end --------------------------------------------------------------------------- */

/* A watch ends with the last descriptor; then nothing of it or its node is left. */
static void end_with_the_target(void) {
  struct fake_node fake;
  int e = epoll_open(0), fd = open_fake(&fake);
  long blocks = native_live_blocks();
  CHECK_EQ(control(e, EPOLL_CTL_ADD, fd, EPOLLIN), 0);
  int copy = native_dup(fd);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK_EQ(fake.closes, 0);
  fake_become(&fake, POLLIN);
  expect(e, fd, EPOLLIN);
  CHECK_EQ(host_fd_close(copy), 0);
  CHECK_EQ(fake.closes, 1);
  CHECK_EQ(fake.frees, 1);
  expect(e, -1, 0);
  CHECK_EQ(control(e, EPOLL_CTL_DEL, fd, 0), -EBADF);
  CHECK_EQ(host_fd_close(e), 0);
  CHECK(native_live_blocks() < blocks);
}

/* A watch ends with the instance, ready or not; the target lives on without a listener. */
static void end_with_the_instance(void) {
  struct fake_node ready, idle;
  int e = epoll_open(0), a = open_fake(&ready), b = open_fake(&idle);
  CHECK_EQ(control(e, EPOLL_CTL_ADD, a, EPOLLIN), 0);
  CHECK_EQ(control(e, EPOLL_CTL_ADD, b, EPOLLIN), 0);
  fake_become(&ready, POLLIN);
  CHECK_EQ(host_fd_close(e), 0);
  CHECK(!ready.node.queue.head);
  CHECK(!idle.node.queue.head);
  fake_become(&idle, POLLIN);
  CHECK_EQ(host_fd_close(a), 0);
  CHECK_EQ(host_fd_close(b), 0);
  CHECK_EQ(ready.frees, 1);
  CHECK_EQ(idle.frees, 1);
}

/* Several instances watch one description, and one instance the next. */
static void end_everywhere(void) {
  struct fake_node fake;
  int inner = epoll_open(0), outer = epoll_open(0), fd = open_fake(&fake);
  CHECK_EQ(control(inner, EPOLL_CTL_ADD, fd, EPOLLIN), 0);
  CHECK_EQ(control(outer, EPOLL_CTL_ADD, fd, EPOLLOUT), 0);
  CHECK_EQ(control(outer, EPOLL_CTL_ADD, inner, EPOLLIN), 0);
  fake_become(&fake, POLLIN);
  expect(outer, inner, EPOLLIN);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK_EQ(fake.frees, 1);
  expect(outer, -1, 0);
  CHECK_EQ(host_fd_close(inner), 0);
  CHECK_EQ(control(outer, EPOLL_CTL_DEL, inner, 0), -EBADF);
  CHECK_EQ(host_fd_close(outer), 0);
}

/* ---- Sleeping ---------------------------------------------------------------------------------- */

static struct fake_node source;
static int epoll_fd, source_fd, sleeps;

/* Ready and drained again before the sleeper looks; then there is room to write, of which only a
   watch that is modified hears. */
static void drained_then_modified(void *arg) {
  (void)arg;
  if (sleeps++ == 0) {
    fake_become(&source, POLLIN);
    source.ready = 0;
  } else {
    source.ready = POLLOUT;
    CHECK_EQ(control(epoll_fd, EPOLL_CTL_MOD, source_fd, EPOLLOUT), 0);
  }
}

static void close_instance(void *arg) {
  (void)arg;
  CHECK_EQ(host_fd_close(epoll_fd), 0);
}

/* What wakes a sleeper without being there for it does not keep it from waking again. */
static void sleep_again(bool in_poll) {
  struct epoll_event got[2];
  sleeps = 0;
  epoll_fd = epoll_open(0);
  source_fd = open_fake(&source);
  CHECK_EQ(control(epoll_fd, EPOLL_CTL_ADD, source_fd, EPOLLIN), 0);
  native_alone(drained_then_modified, NULL);
  if (in_poll) {
    struct pollfd p = {.fd = epoll_fd, .events = POLLIN};
    CHECK_EQ(poll_fds(&p, 1, DEADLINE_NONE), 1);
    CHECK_EQ(p.revents, POLLIN);
  } else {
    CHECK_EQ(epoll_collect(epoll_fd, got, 2, DEADLINE_NONE), 1);
    CHECK_EQ(got[0].events, EPOLLOUT);
  }
  CHECK_EQ(sleeps, 2);
  native_alone(NULL, NULL);
  CHECK_EQ(host_fd_close(source_fd), 0);

  CHECK_EQ(epoll_collect(epoll_fd, got, 2, host_now() + 5), 0);
  native_end_next_sleep(-EINTR);
  CHECK_EQ(epoll_collect(epoll_fd, got, 2, DEADLINE_NONE), -EINTR);
  native_alone(close_instance, NULL);
  CHECK_EQ(epoll_collect(epoll_fd, got, 2, DEADLINE_NONE), -EBADF);
  native_alone(NULL, NULL);
}

/* ---- Threads ----------------------------------------------------------------------------------- */

enum { COLLECTORS = 3 };

static int shared, stop;
static _Atomic long reports;

static void *collect_until_stopped(void *index) {
  (void)index;
  for (;;) {
    struct epoll_event got[2];
    int n = epoll_collect(shared, got, 2, DEADLINE_NONE);
    CHECK(n == 1 || n == 2);
    for (int i = 0; i < n; i++) {
      if (got[i].data.fd == stop) {
        return NULL;
      }
      reports++;
      /* The target may be gone, and its number another's. */
      int r = control(shared, EPOLL_CTL_MOD, got[i].data.fd, EPOLLIN | EPOLLONESHOT);
      CHECK(r == 0 || r == -EBADF || r == -ENOENT);
    }
  }
}

/* Targets come and go while others collect what they report. */
static void stress(void) {
  pthread_t collectors[COLLECTORS];
  uint64_t one = 1;
  unsigned random = 4711;
  long rounds = 0;
  shared = epoll_open(0);
  stop = eventfd_open(0, 0);
  CHECK_EQ(control(shared, EPOLL_CTL_ADD, stop, EPOLLIN), 0);
  stress_start(collectors, COLLECTORS, collect_until_stopped);
  for (stress_begin(); stress_goes_on(); rounds++) {
    int fd = eventfd_open(0, O_NONBLOCK);
    CHECK_EQ(control(shared, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLONESHOT), 0);
    long before = reports;
    CHECK_EQ(call_write(fd, &one, sizeof one), sizeof one);
    if (stress_random(&random, 2)) {
      while (reports == before) {
        sched_yield(); /* nobody is stopped yet, so somebody has to report it */
      }
    }
    if (stress_random(&random, 2)) {
      CHECK_EQ(control(shared, EPOLL_CTL_DEL, fd, 0), 0);
    }
    CHECK_EQ(host_fd_close(fd), 0);
  }
  CHECK_EQ(call_write(stop, &one, sizeof one), sizeof one);
  stress_join(collectors, COLLECTORS);
  CHECK(rounds > 10);
  CHECK(reports > 0);
  CHECK_EQ(host_fd_close(stop), 0);
  CHECK_EQ(host_fd_close(shared), 0);
}

/* ---- EPOLLEXCLUSIVE ---------------------------------------------------------------------------- */

/* Somebody in epoll_wait, as far as an instance can tell. */
struct sleeper {
  struct node *node;
  struct waiter waiter;
  struct listener listener;
};

static void fall_asleep(struct sleeper *s, int epfd) {
  s->node = node_of_fd(epfd);
  waiter_init(&s->waiter);
  listener_init_exclusive_waiter(&s->listener, &s->waiter, POLLIN);
  wait_queue_add(&s->node->queue, &s->listener);
}

static bool is_woken(struct sleeper *s) {
  bool woken = s->waiter.state == WAITER_WOKEN;
  waiter_init(&s->waiter);
  return woken;
}

static void go_away(struct sleeper *s) {
  wait_queue_remove(&s->listener);
  node_put(s->node);
}

/* The first instance that somebody waits on gets it; if it lets go of the target before anybody
   has collected, the next one does. */
static void exclusive(bool closed) {
  struct fake_node target;
  struct sleeper first, second;
  int fd = open_fake(&target);
  int idle = epoll_open(0), a = epoll_open(0), b = epoll_open(0), any = epoll_open(0);
  CHECK_EQ(control(idle, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLEXCLUSIVE), 0);
  CHECK_EQ(control(a, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLEXCLUSIVE), 0);
  CHECK_EQ(control(b, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLEXCLUSIVE), 0);
  CHECK_EQ(control(any, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLET), 0);
  fall_asleep(&first, a);
  fall_asleep(&second, b);
  fake_become(&target, POLLIN);
  CHECK(is_woken(&first));
  CHECK(!is_woken(&second));
  expect(any, fd, EPOLLIN); /* one without the flag is always told */
  expect(idle, fd, EPOLLIN);
  expect(b, -1, 0);
  if (closed) {
    CHECK_EQ(host_fd_close(a), 0);
  } else {
    CHECK_EQ(control(a, EPOLL_CTL_DEL, fd, 0), 0);
  }
  CHECK(is_woken(&second));
  expect(b, fd, EPOLLIN);
  expect(any, -1, 0); /* which is no edge to others */
  fake_become(&target, POLLIN | POLLHUP);
  CHECK(is_woken(&second));
  go_away(&first);
  go_away(&second);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK_EQ(host_fd_close(idle), 0);
  if (!closed) {
    CHECK_EQ(host_fd_close(a), 0);
  }
  CHECK_EQ(host_fd_close(b), 0);
  CHECK_EQ(host_fd_close(any), 0);
}

int main(void) {
  stress();
  native_alone(NULL, NULL);
  out_of_memory();
  end_with_the_target();
  end_with_the_instance();
  end_everywhere();
  sleep_again(false);
  sleep_again(true);
  exclusive(false);
  exclusive(true);
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
