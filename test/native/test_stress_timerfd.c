/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Threads that wait on timers in every way while others set them: a timer that is brought forward
 * wakes who sleeps on it (the time before was a thousand seconds away), each expiration is read
 * once, and an interval loses none.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>

#include "check.h"
#include "epoll.h"
#include "eventfd.h"
#include "host_native.h"
#include "poll_fds.h"
#include "stress.h"
#include "timers.h"

enum { TIMERS = 3, TAKERS = 4 };

static int timers[TIMERS], edges, outer, stop;
static _Atomic long set[TIMERS], taken[TIMERS];

static void take(int i) {
  int64_t ticks = read_timer(timers[i]);
  CHECK(ticks == 1 || ticks == -EAGAIN);
  taken[i] += ticks == 1;
}

static void take_all(void) {
  for (int i = 0; i < TIMERS; i++) {
    take(i);
  }
}

/* Returns false when it is the end. */
static bool collect_edges(deadline_t deadline) {
  struct epoll_event got[2];
  int n = epoll_collect(edges, got, 2, deadline);
  CHECK(n >= 0);
  for (int i = 0; i < n; i++) {
    if (got[i].data.u32 == TIMERS) {
      return false;
    }
    take((int)got[i].data.u32);
  }
  return true;
}

static bool collect_outer(void) {
  struct epoll_event got;
  CHECK_EQ(epoll_collect(outer, &got, 1, DEADLINE_NONE), 1);
  return collect_edges(0);
}

static bool poll_all(void) {
  struct pollfd p[TIMERS + 1];
  for (int i = 0; i < TIMERS; i++) {
    p[i] = (struct pollfd){timers[i], POLLIN, 0};
  }
  p[TIMERS] = (struct pollfd){stop, POLLIN, 0};
  CHECK(poll_fds(p, TIMERS + 1, DEADLINE_NONE) > 0);
  take_all();
  return !p[TIMERS].revents;
}

static bool poll_instance(void) {
  struct pollfd p = {edges, POLLIN, 0};
  CHECK_EQ(poll_fds(&p, 1, DEADLINE_NONE), 1);
  return collect_edges(0);
}

/* In each round but the last there is one taker, of one kind: nobody makes up for a wake that it has
   missed. */
static int kind;

static void *take_expirations(void *index) {
  bool go_on = true;
  int mine = kind < TAKERS ? kind : (int)(intptr_t)index;
  while (go_on) {
    go_on = mine == 0   ? collect_edges(DEADLINE_NONE)
            : mine == 1 ? collect_outer()
            : mine == 2 ? poll_all()
                        : poll_instance();
  }
  return NULL;
}

/* Far away, and then soon: whoever has fallen asleep in between must hear of it. */
static void *set_timers(void *index) {
  int i = (int)(intptr_t)index;
  unsigned random = (unsigned)i + 1;
  while (stress_goes_on()) {
    CHECK_EQ(set_timer(timers[i], 0, 1000000 * MS, 0), 0);
    for (unsigned n = stress_random(&random, 50); n; n--) {
      sched_yield();
    }
    CHECK_EQ(set_timer(timers[i], 0, 1 + stress_random(&random, 100000), 0), 0);
    set[i]++;
    while (taken[i] < set[i]) {
      sched_yield();
    }
  }
  return NULL;
}

static void watch(int epfd, int fd, uint32_t events, uint32_t name) {
  struct epoll_event event = {.events = events, .data.u32 = name};
  CHECK_EQ(epoll_control(epfd, EPOLL_CTL_ADD, fd, &event), 0);
}

static void expirations(int takers) {
  pthread_t setting[TIMERS], taking[TAKERS];
  stop = eventfd_open(0, 0);
  edges = epoll_open(0);
  outer = epoll_open(0);
  watch(edges, stop, EPOLLIN, TIMERS);
  watch(outer, edges, EPOLLIN, 0);
  for (int i = 0; i < TIMERS; i++) {
    timers[i] = timerfd_open(CLOCK_MONOTONIC, O_NONBLOCK);
    watch(edges, timers[i], EPOLLIN | EPOLLET, (uint32_t)i);
  }
  stress_begin();
  stress_start(taking, takers, take_expirations);
  stress_start(setting, TIMERS, set_timers);
  stress_join(setting, TIMERS);
  CHECK_EQ(call_add(stop, 1), 8);
  stress_join(taking, takers);
  for (int i = 0; i < TIMERS; i++) {
    CHECK_EQ(taken[i], set[i]);
    CHECK(set[i] > 0);
    CHECK_EQ(host_fd_close(timers[i]), 0);
  }
  CHECK_EQ(host_fd_close(stop), 0);
  CHECK_EQ(host_fd_close(outer), 0);
  CHECK_EQ(host_fd_close(edges), 0);
}

/* ---- An interval ------------------------------------------------------------------------------- */

#define INTERVAL 50000

static _Atomic long ticks;
static _Atomic int readers_left;

static void *read_blocking(void *index) {
  (void)index;
  while (stress_goes_on()) {
    int64_t n = read_timer(timers[0]);
    CHECK(n > 0);
    ticks += n;
  }
  readers_left--;
  return NULL;
}

static void *ask_for_time(void *index) {
  (void)index;
  while (readers_left) {
    struct itimerspec left;
    CHECK_EQ(timerfd_get(timers[0], &left), 0);
    CHECK(ns_of_timespec(left.it_value) <= INTERVAL);
    CHECK_EQ(ns_of_timespec(left.it_interval), INTERVAL);
    sched_yield();
  }
  return NULL;
}

static void intervals(void) {
  pthread_t reading[2], asking;
  timers[0] = timerfd_open(CLOCK_MONOTONIC, 0);
  stress_begin();
  readers_left = 2;
  int64_t begin = host_now();
  CHECK_EQ(set_timer(timers[0], ABSTIME, begin, INTERVAL), 0);
  stress_start(reading, 2, read_blocking);
  stress_start(&asking, 1, ask_for_time);
  stress_join(reading, 2);
  stress_join(&asking, 1);
  /* Up to the last time that has passed. */
  int64_t before = host_now();
  ticks += read_timer(timers[0]);
  int64_t after = host_now();
  CHECK(ticks >= (before - begin) / INTERVAL + 1);
  CHECK(ticks <= (after - begin) / INTERVAL + 1);
  CHECK_EQ(host_fd_close(timers[0]), 0);
}

int main(void) {
  for (kind = 0; kind <= TAKERS; kind++) {
    expirations(kind < TAKERS ? 1 : TAKERS);
  }
  intervals();
  CHECK_EQ(native_open_fds(), 0);
  return 0;
}
