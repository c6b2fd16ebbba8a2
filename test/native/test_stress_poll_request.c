/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Event loops in several threads whose requests wait on the same descriptors, while others make
 * them ready and the loops cancel and start requests at random: every token is taken, from the
 * thread that asked, and in the end nothing keeps the program alive.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>

#include "calls.h"
#include "eventfd.h"
#include "host_native.h"
#include "poll_request.h"
#include "stress.h"

enum { FDS = 6, LOOPS = 3, PUTTERS = 2 };

static int fds[FDS], stop_fd;
static _Atomic long put, taken;

struct place {
  pthread_t thread;
  unsigned random;
  int ids[FDS];
  bool stopped;
};

static bool take(int fd, int revents, poll_request_callback callback, void *user) {
  struct place *p = user;
  uint64_t one;
  (void)callback;
  CHECK(pthread_equal(p->thread, pthread_self()));
  CHECK_EQ(revents, POLLIN);
  ssize_t r = call_read(fd, &one, sizeof one);
  CHECK(r == 8 || r == -EAGAIN);
  taken += r == 8;
  /* Its neighbour goes and comes back, whatever state it is in. */
  int i = (int)stress_random(&p->random, FDS);
  if (fds[i] != fd) {
    CHECK_EQ(poll_request_cancel(p->ids[i]), 0);
    p->ids[i] = poll_request_start(fds[i], POLLIN, -1, take, NULL, p);
    CHECK(p->ids[i] > 0);
  }
  return true;
}

static bool stop(int fd, int revents, poll_request_callback callback, void *user) {
  (void)fd;
  (void)callback;
  CHECK_EQ(revents, POLLIN);
  ((struct place *)user)->stopped = true;
  return false;
}

static void *run_loop(void *index) {
  struct place p = {.thread = pthread_self(), .random = (unsigned)(intptr_t)index + 1};
  for (int i = 0; i < FDS; i++) {
    p.ids[i] = poll_request_start(fds[i], POLLIN, -1, take, NULL, &p);
    CHECK(p.ids[i] > 0);
  }
  CHECK(poll_request_start(stop_fd, POLLIN, -1, stop, NULL, &p) > 0);
  while (!p.stopped) {
    native_run_loop_once();
  }
  for (int i = 0; i < FDS; i++) {
    CHECK_EQ(poll_request_cancel(p.ids[i]), 0);
  }
  return NULL;
}

static void *put_tokens(void *index) {
  unsigned random = (unsigned)(intptr_t)index + 1;
  while (stress_goes_on()) {
    CHECK_EQ(call_add(fds[stress_random(&random, FDS)], 1), 8);
    long now = ++put;
    while (now - taken > 3 && stress_goes_on()) {
      sched_yield();
    }
  }
  return NULL;
}

int main(void) {
  pthread_t loops[LOOPS], putters[PUTTERS];
  for (int i = 0; i < FDS; i++) {
    fds[i] = eventfd_open(0, O_NONBLOCK | 1); /* EFD_SEMAPHORE */
  }
  stop_fd = eventfd_open(0, O_NONBLOCK);
  stress_begin();
  stress_start(loops, LOOPS, run_loop);
  stress_start(putters, PUTTERS, put_tokens);
  stress_join(putters, PUTTERS);
  while (taken < put) {
    sched_yield();
  }
  CHECK_EQ(call_add(stop_fd, 1), 8);
  stress_join(loops, LOOPS);
  CHECK(put > 100);
  CHECK_EQ(taken, put);
  CHECK_EQ(native_keepalive(), 0);
  for (int i = 0; i < FDS; i++) {
    CHECK_EQ(host_fd_close(fds[i]), 0);
  }
  CHECK_EQ(host_fd_close(stop_fd), 0);
  return 0;
}
