/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Async wake-ups: notifications coalesce, come before or during a wait and are not lost, and each
 * calls one of those who wait; how a wait ends; and threads that notify the loops of others.
 */
#include "async_wake.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>

#include "calls.h"
#include "eventfd.h"
#include "file.h"
#include "host_native.h"
#include "pipe.h"
#include "poll_request.h"
#include "stress.h"

struct log {
  int calls, errors;
  bool rearm;
  int notify; /* this handle from the callback, if positive */
};

static bool on_wake(int fd, int error, void *user) {
  struct log *log = user;
  if (error) {
    CHECK_EQ(error, EBADF);
    log->errors++;
    return true; /* which changes nothing */
  }
  log->calls++;
  if (log->notify > 0) {
    CHECK_EQ(log->notify, fd);
    log->notify = 0;
    CHECK_EQ(async_wake_notify(fd), 0);
  }
  return log->rearm;
}

static int readiness(int fd) {
  struct node *n = node_of_fd(fd);
  int mask = n->ops->poll(n);
  node_put(n);
  return mask & POLLIN;
}

static void coalesces(void) {
  struct log log = {.rearm = true};
  int fd = async_wake_open();
  CHECK(async_wake_wait(fd, on_wake, &log) > 0);
  CHECK_EQ(native_keepalive(), 1);
  for (int i = 0; i < 5; i++) {
    CHECK_EQ(async_wake_notify(fd), 0);
    CHECK_EQ(readiness(fd), POLLIN);
  }
  CHECK_EQ(log.calls, 0); /* never from within notify */
  native_settle();
  CHECK_EQ(log.calls, 1);
  CHECK_EQ(readiness(fd), 0);

  log.notify = fd; /* during the call: one more */
  CHECK_EQ(async_wake_notify(fd), 0);
  native_settle();
  CHECK_EQ(log.calls, 3);

  log.rearm = false;
  CHECK_EQ(async_wake_notify(fd), 0);
  native_settle();
  CHECK_EQ(log.calls, 4);
  CHECK_EQ(native_keepalive(), 0);

  CHECK_EQ(async_wake_notify(fd), 0); /* pending until the next wait */
  CHECK_EQ(async_wake_notify(fd), 0);
  native_settle();
  CHECK_EQ(log.calls, 4);
  CHECK(async_wake_wait(fd, on_wake, &log) > 0);
  CHECK_EQ(log.calls, 4);
  native_settle();
  CHECK_EQ(log.calls, 5);
  CHECK_EQ(host_fd_close(fd), 0);
}

static void several_waits(void) {
  struct log first = {.rearm = true}, second = {.rearm = true};
  int fd = async_wake_open();
  int id = async_wake_wait(fd, on_wake, &first);
  CHECK(id > 0);
  CHECK(async_wake_wait(fd, on_wake, &second) > 0);
  for (int i = 1; i <= 4; i++) {
    CHECK_EQ(async_wake_notify(fd), 0);
    native_settle();
    CHECK_EQ(first.calls + second.calls, i);
  }
  CHECK_EQ(poll_request_cancel(id), 0);
  int before = first.calls;
  CHECK_EQ(async_wake_notify(fd), 0);
  native_settle();
  CHECK_EQ(first.calls, before);
  CHECK_EQ(first.calls + second.calls, 5);
  CHECK_EQ(host_fd_close(fd), 0);
  native_settle();
  CHECK_EQ(first.errors, 0);
  CHECK_EQ(second.errors, 1);
  CHECK_EQ(native_keepalive(), 0);
}

static void as_a_descriptor(void) {
  struct log log = {.rearm = true};
  uint64_t value;
  int fd = async_wake_open();
  CHECK_EQ(call_read(fd, &value, sizeof value), -EAGAIN);
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(async_wake_notify(fd), 0);
  }
  CHECK_EQ(call_read(fd, &value, sizeof value), 8);
  CHECK_EQ(value, 3);
  CHECK(async_wake_wait(fd, on_wake, &log) > 0);
  native_settle();
  CHECK_EQ(log.calls, 0); /* read has taken them */
  CHECK_EQ(host_fd_close(fd), 0);
  native_settle();

  /* Full: nothing is lost, for it is pending. */
  fd = async_wake_open();
  CHECK_EQ(call_add(fd, UINT64_MAX - 1), 8);
  CHECK_EQ(async_wake_notify(fd), 0);
  CHECK(async_wake_wait(fd, on_wake, &log) > 0);
  native_settle();
  CHECK_EQ(log.calls, 1);
  CHECK_EQ(host_fd_close(fd), 0);
  native_settle();

  fd = eventfd_open(0, 1 | O_NONBLOCK); /* EFD_SEMAPHORE: a call for each */
  log = (struct log){.rearm = true};
  CHECK(async_wake_wait(fd, on_wake, &log) > 0);
  CHECK_EQ(async_wake_notify(fd), 0);
  CHECK_EQ(async_wake_notify(fd), 0);
  native_settle();
  CHECK_EQ(log.calls, 2);
  CHECK_EQ(host_fd_close(fd), 0);
  native_settle();
}

static void errors(void) {
  int fds[2];
  CHECK_EQ(pipe_open(fds, 0), 0);
  CHECK_EQ(async_wake_wait(fds[0], on_wake, NULL), -EINVAL);
  CHECK_EQ(async_wake_notify(fds[1]), -EINVAL);
  CHECK_EQ(host_fd_close(fds[0]), 0);
  CHECK_EQ(host_fd_close(fds[1]), 0);
  CHECK_EQ(async_wake_wait(fds[0], on_wake, NULL), -EBADF);
  CHECK_EQ(async_wake_notify(fds[0]), -EBADF);
  int fd = async_wake_open();
  native_fail_alloc(0, true);
  CHECK_EQ(async_wake_wait(fd, on_wake, NULL), -ENOMEM);
  CHECK_EQ(async_wake_open(), -ENOMEM);
  native_fail_alloc(-1, false);
  CHECK_EQ(host_fd_close(fd), 0);
}

/* ---- Threads ----------------------------------------------------------------------------------- */

enum { LOOPS = 2, NOTIFIERS = 3 };

struct shared {
  int fd;
  _Atomic long written; /* before each notification */
  _Atomic bool stopped;
};

static struct shared shared[LOOPS];
static _Atomic int running;

struct place {
  struct shared *shared;
  long seen;
  bool ended;
};

static bool see(int fd, int error, void *user) {
  struct place *p = user;
  CHECK_EQ(error, 0);
  CHECK_EQ(fd, p->shared->fd);
  p->ended = p->shared->stopped;
  p->seen = p->shared->written;
  return !p->ended;
}

static void *run_loop(void *index) {
  struct place p = {.shared = &shared[(intptr_t)index]};
  CHECK(async_wake_wait(p.shared->fd, see, &p) > 0);
  running++;
  while (!p.ended) {
    native_run_loop_once();
  }
  CHECK_EQ(p.seen, p.shared->written); /* no notification was lost, the last one least of all */
  return NULL;
}

static void *notify_all(void *index) {
  unsigned random = (unsigned)(intptr_t)index + 1;
  while (stress_goes_on()) {
    struct shared *s = &shared[stress_random(&random, LOOPS)];
    s->written++;
    CHECK_EQ(async_wake_notify(s->fd), 0);
  }
  return NULL;
}

static void threads(void) {
  pthread_t loops[LOOPS], notifiers[NOTIFIERS];
  for (int i = 0; i < LOOPS; i++) {
    shared[i].fd = async_wake_open();
  }
  stress_begin();
  stress_start(loops, LOOPS, run_loop);
  stress_start(notifiers, NOTIFIERS, notify_all);
  stress_join(notifiers, NOTIFIERS);
  for (int i = 0; i < LOOPS; i++) {
    shared[i].stopped = true;
    CHECK_EQ(async_wake_notify(shared[i].fd), 0);
  }
  stress_join(loops, LOOPS);
  CHECK_EQ(native_keepalive(), 0);
  for (int i = 0; i < LOOPS; i++) {
    CHECK_EQ(host_fd_close(shared[i].fd), 0);
  }
}

int main(void) {
  threads();
  native_alone(NULL, NULL);
  coalesces();
  several_waits();
  as_a_descriptor();
  errors();
  CHECK_EQ(native_keepalive(), 0);
  CHECK_EQ(native_open_fds(), 0);
  return 0;
}
