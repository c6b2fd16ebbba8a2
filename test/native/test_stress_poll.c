/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Many threads poll, and select on, the same descriptors, and many make them ready: each token that
 * was put into one of them is taken by somebody, so no wake is lost.
 */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>

#include "calls.h"
#include "eventfd.h"
#include "host_native.h"
#include "poll_fds.h"
#include "poll_set.h"
#include "stress.h"

enum { FDS = 12, TAKERS = 6, PUTTERS = 3, MANY = 300 };

static int fds[FDS], stop_fd;
static _Atomic long put, taken;

static void *put_tokens(void *index) {
  unsigned random = (unsigned)(intptr_t)index + 1;
  while (stress_goes_on()) {
    CHECK_EQ(call_add(fds[stress_random(&random, FDS)], 1), 8);
    long now = ++put;
    /* Never more than a few, so that the others have to sleep. */
    while (now - taken > 3 && stress_goes_on()) {
      sched_yield();
    }
  }
  return NULL;
}

static void take_from(int fd) {
  uint64_t one;
  ssize_t r = call_read(fd, &one, sizeof one);
  CHECK(r == 8 || r == -EAGAIN);
  taken += r == 8;
}

static bool take_from_ready(const struct pollfd *p) {
  bool any = false;
  for (int i = 0; i < FDS; i++) {
    if (p[i].revents) {
      CHECK_EQ(p[i].revents, POLLIN);
      take_from(fds[i]);
      any = true;
    }
  }
  return any;
}

static bool poll_once(void) {
  struct pollfd p[FDS + 1];
  for (int i = 0; i <= FDS; i++) {
    p[i] = (struct pollfd){.fd = i < FDS ? fds[i] : stop_fd, .events = POLLIN};
  }
  CHECK(poll_fds(p, FDS + 1, DEADLINE_NONE) > 0);
  return take_from_ready(p) || !p[FDS].revents; /* stops when nothing else is there */
}

/* The same with each of them many times over: one at a time has the poll set. */
static bool poll_many_once(void) {
  struct pollfd p[MANY];
  for (int i = 0; i < MANY; i++) {
    p[i] = (struct pollfd){.fd = i < MANY - 1 ? fds[i % FDS] : stop_fd, .events = POLLIN};
  }
  CHECK(poll_fds(p, MANY, DEADLINE_NONE) > 0);
  return take_from_ready(p) || !p[MANY - 1].revents;
}

static bool select_once(void) {
  fd_set set;
  FD_ZERO(&set);
  for (int i = 0; i <= FDS; i++) {
    FD_SET(i < FDS ? fds[i] : stop_fd, &set);
  }
  CHECK(select_fds(stop_fd + 1, &set, NULL, NULL, DEADLINE_NONE) > 0);
  int ready = 0;
  for (int i = 0; i < FDS; i++) {
    if (FD_ISSET(fds[i], &set)) {
      take_from(fds[i]);
      ready++;
    }
  }
  return ready || !FD_ISSET(stop_fd, &set);
}

static void *take_tokens(void *index) {
  static bool (*const kinds[])(void) = {select_once, poll_once, poll_many_once};
  while (kinds[(intptr_t)index % 3]()) {
  }
  return NULL;
}

int main(void) {
  pthread_t takers[TAKERS], putters[PUTTERS];
  for (int i = 0; i < FDS; i++) {
    fds[i] = eventfd_open(0, O_NONBLOCK | 1); /* EFD_SEMAPHORE */
  }
  stop_fd = eventfd_open(0, O_NONBLOCK);
  stress_begin();
  stress_start(takers, TAKERS, take_tokens);
  stress_start(putters, PUTTERS, put_tokens);
  stress_join(putters, PUTTERS);
  while (taken < put) { /* by themselves: a lost wake hangs here */
    sched_yield();
  }
  CHECK_EQ(call_add(stop_fd, 1), 8);
  stress_join(takers, TAKERS);
  CHECK(put > 100);
  CHECK_EQ(taken, put);
  for (int i = 0; i < FDS; i++) {
    CHECK_EQ(host_fd_close(fds[i]), 0);
  }
  CHECK_EQ(host_fd_close(stop_fd), 0);
  poll_set_tidy();
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
