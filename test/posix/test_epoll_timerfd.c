// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7) on timers: an expiry is one edge; a timer with an interval makes none until it is read,
// asked for its time or set (fs/timerfd.c). EPOLLONESHOT, level-triggered watches, and an instance
// around. All of it is seen by epoll_wait with a timeout of 0.
// gaps: timerfd

#include "epolls.h"
#include "timerfds.h"

static int e, outer, level, t;

static void look(const char *when) {
  printf("%s\n", when);
  WAIT(e, 0);
  WAIT(outer, 0);
  WAIT(e, 0);
  WAIT(level, 0);
}

static void one_shot_timer(void) {
  MUST(set_timer(t, 0, HOUR, 0));
  look("set");
  MUST(set_timer(t, 0, 1, 0));
  spin(MS);
  look("expired");
  SHOW(read_timer(t));
  look("read");
  MUST(set_timer(t, 0, 1, 0));
  spin(MS);
  SHOW(read_timer(t));
  look("read before anybody looked");
  MUST(set_timer(t, 0, 1, 0));
  spin(MS);
  MUST(set_timer(t, 0, HOUR, 0));
  look("set before anybody looked");
}

static void interval(void) {
  struct itimerspec its;
  MUST(set_timer(t, 0, 1, MS));
  spin(MS);
  look("expired");
  spin(3 * MS);
  look("expired more often");
  CHECK(read_timer(t) >= 4);
  spin(2 * MS);
  look("read, expired");
  MUST(timerfd_gettime(t, &its));
  spin(2 * MS);
  look("asked, expired");
  MUST(set_timer(t, 0, 1, 0));
  spin(MS);
  look("set, expired");
  SHOW(read_timer(t));
}

static void one_shot_watch(void) {
  int once = MUST(epoll_create1(0));
  ADD(once, t, EPOLLIN | EPOLLONESHOT);
  MUST(set_timer(t, 0, 1, MS));
  spin(MS);
  WAIT(once, 0);
  CHECK(read_timer(t) >= 1);
  spin(2 * MS);
  WAIT(once, 0);
  MOD(once, t, EPOLLIN | EPOLLONESHOT);
  WAIT(once, 0);
  MOD(once, t, EPOLLIN | EPOLLONESHOT);
  WAIT(once, 0);
  MUST(close(once));
}

static void watches(void) {
  MUST(set_timer(t, 0, 1, 0));
  spin(MS);
  int late = MUST(epoll_create1(0));
  ADD(late, t, EPOLLIN | EPOLLET);
  WAIT(late, 0);
  WAIT(e, 0);
  WAIT(late, 0);
  MOD(late, t, EPOLLIN | EPOLLET);
  WAIT(late, 0);
  MOD(late, t, EPOLLOUT | EPOLLET);
  MUST(set_timer(t, 0, 1, 0));
  spin(MS);
  WAIT(late, 0);
  MOD(late, t, EPOLLIN | EPOLLET);
  DEL(late, t);
  WAIT(late, 0);
  SHOW(read_timer(t));
}

// In the order of their times, whatever the order of setting.
static void several(void) {
  int a = MUST(timerfd_create(CLOCK_MONOTONIC, 0)), b = MUST(timerfd_create(CLOCK_MONOTONIC, 0)),
      c = MUST(timerfd_create(CLOCK_MONOTONIC, 0)), all = MUST(epoll_create1(0));
  ADD(all, a, EPOLLIN | EPOLLET);
  ADD(all, b, EPOLLIN | EPOLLET);
  ADD(all, c, EPOLLIN | EPOLLET);
  MUST(set_timer(a, 0, 9 * MS, 0));
  MUST(set_timer(b, 0, 6 * MS, 0));
  MUST(set_timer(c, 0, 3 * MS, 0));
  spin(9 * MS);
  WAIT(all, 0);
  MUST(set_timer(a, 0, 3 * MS, 0));
  MUST(set_timer(c, 0, 6 * MS, 0));
  MUST(set_timer(b, 0, 3 * MS, 0));
  MUST(close(b));
  spin(6 * MS);
  WAIT(all, 0);
}

int main(void) {
  e = MUST(epoll_create1(0));
  outer = MUST(epoll_create1(0));
  level = MUST(epoll_create1(0));
  t = MUST(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
  ADD(e, t, EPOLLIN | EPOLLET);
  ADD(outer, e, EPOLLIN | EPOLLET);
  ADD(level, t, EPOLLIN);
  one_shot_timer();
  interval();
  one_shot_watch();
  watches();
  several();
  return 0;
}
