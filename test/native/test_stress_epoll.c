/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Threads that collect from one epoll instance, edge-triggered and one-shot, directly and through
 * an instance around it, while others make its targets ready: nothing that is put is lost or taken
 * twice, and a one-shot report has one owner until it is armed again. And instances that are closed
 * while others add to them.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>

#include "calls.h"
#include "check.h"
#include "epoll.h"
#include "eventfd.h"
#include "host_native.h"
#include "stress.h"

enum { TARGETS = 6, COLLECTORS = 3, PUTTERS = 2 };

#define IS_ONESHOT(target) ((target) % 2)

static int inner, outer, stop;
static int targets[TARGETS];
static _Atomic int owners[TARGETS];
static _Atomic long put, taken, edges;

static int control(int epfd, int op, int fd, uint32_t events, uint32_t target) {
  struct epoll_event event = {.events = events, .data.u32 = target};
  return epoll_control(epfd, op, fd, &event);
}

/* ---- Every event has one taker ----------------------------------------------------------------- */

/* There may be more than one to take, and also none: somebody came with an earlier edge. */
static void drain(int target) {
  edges++;
  while (call_read(targets[target], &(uint64_t){0}, sizeof(uint64_t)) == 8) {
    taken++;
  }
}

/* Nobody else reads it, so that there is one to take; the others are reported after arming. */
static void take_one(int target) {
  CHECK_EQ(owners[target]++, 0);
  CHECK_EQ(call_read(targets[target], &(uint64_t){0}, sizeof(uint64_t)), 8);
  taken++;
  owners[target]--;
  CHECK_EQ(control(inner, EPOLL_CTL_MOD, targets[target], EPOLLIN | EPOLLONESHOT, (uint32_t)target),
           0);
}

/* Returns false when it is the end. */
static bool collect_inner(deadline_t deadline) {
  struct epoll_event got[2];
  int n = epoll_collect(inner, got, 2, deadline);
  CHECK(n >= 0);
  CHECK(n > 0 || deadline == 0);
  for (int i = 0; i < n; i++) {
    int target = (int)got[i].data.u32;
    CHECK_EQ(got[i].events, EPOLLIN);
    if (target == TARGETS) {
      return false;
    }
    if (IS_ONESHOT(target)) {
      take_one(target);
    } else {
      drain(target);
    }
  }
  return true;
}

/* The first sleeps in the outer instance, which says only that the inner one is ready. */
static void *collect(void *index) {
  for (bool go_on = true; go_on;) {
    if (!index) {
      struct epoll_event got;
      CHECK_EQ(epoll_collect(outer, &got, 1, DEADLINE_NONE), 1);
      CHECK_EQ(got.data.u32, 0);
    }
    go_on = collect_inner(index ? DEADLINE_NONE : 0);
  }
  return NULL;
}

static void *put_tokens(void *index) {
  unsigned random = (unsigned)(intptr_t)index + 1;
  while (stress_goes_on()) {
    CHECK_EQ(call_add(targets[stress_random(&random, TARGETS)], 1), 8);
    long now = ++put;
    while (now - taken > 5 && stress_goes_on()) {
      sched_yield();
    }
  }
  return NULL;
}

static void every_event(void) {
  pthread_t collectors[COLLECTORS], putters[PUTTERS];
  inner = epoll_open(0);
  outer = epoll_open(0);
  stop = eventfd_open(0, 0);
  CHECK_EQ(control(outer, EPOLL_CTL_ADD, inner, EPOLLIN, 0), 0);
  CHECK_EQ(control(inner, EPOLL_CTL_ADD, stop, EPOLLIN, TARGETS), 0);
  for (int i = 0; i < TARGETS; i++) {
    targets[i] = eventfd_open(0, O_NONBLOCK | 1); /* EFD_SEMAPHORE */
    CHECK_EQ(control(inner, EPOLL_CTL_ADD, targets[i],
                     EPOLLIN | (IS_ONESHOT(i) ? EPOLLONESHOT : EPOLLET), (uint32_t)i),
             0);
  }
  stress_begin();
  stress_start(collectors, COLLECTORS, collect);
  stress_start(putters, PUTTERS, put_tokens);
  stress_join(putters, PUTTERS);
  while (taken < put) {
    sched_yield(); /* for ever, if an event is lost: the putters have finished */
  }
  CHECK_EQ(call_add(stop, 1), 8);
  stress_join(collectors, COLLECTORS);
  CHECK(put > 100);
  CHECK_EQ(taken, put);
  CHECK(edges > 0 && edges <= put);
  for (int i = 0; i < TARGETS; i++) {
    CHECK_EQ(host_fd_close(targets[i]), 0);
  }
  CHECK_EQ(host_fd_close(stop), 0);
  CHECK_EQ(host_fd_close(outer), 0);
  CHECK_EQ(host_fd_close(inner), 0);
}

/* ---- Instances that come and go ---------------------------------------------------------------- */

static _Atomic int current;

/* Adds to whatever instance there is, which may be closed at any moment. */
static void *add_to_current(void *index) {
  int fd = targets[(intptr_t)index];
  while (stress_goes_on()) {
    int r = control(current, EPOLL_CTL_ADD, fd, EPOLLIN, 0);
    CHECK(r == 0 || r == -EEXIST || r == -EBADF);
    r = control(current, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLET, 0);
    CHECK(r == 0 || r == -ENOENT || r == -EBADF);
    CHECK_EQ(call_add(fd, 1), 8);
    CHECK_EQ(call_read(fd, &(uint64_t){0}, sizeof(uint64_t)), 8);
  }
  return NULL;
}

static void instances_come_and_go(void) {
  pthread_t adders[COLLECTORS];
  long rounds = 0;
  for (int i = 0; i < COLLECTORS; i++) {
    targets[i] = eventfd_open(0, O_NONBLOCK);
  }
  current = epoll_open(0);
  stress_begin();
  stress_start(adders, COLLECTORS, add_to_current);
  for (; stress_goes_on(); rounds++) {
    int old = current;
    current = epoll_open(0);
    CHECK_EQ(host_fd_close(old), 0);
  }
  stress_join(adders, COLLECTORS);
  CHECK(rounds > 10);
  CHECK_EQ(host_fd_close(current), 0);
  for (int i = 0; i < COLLECTORS; i++) {
    CHECK_EQ(host_fd_close(targets[i]), 0);
  }
}

int main(void) {
  every_event();
  instances_come_and_go();
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
