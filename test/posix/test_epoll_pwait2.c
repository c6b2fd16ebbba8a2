// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll_pwait2(2): the timeout is a timespec, and must be a valid one.
// gaps: 7 8
// needs: wait

#include "epolls.h"
#include <signal.h>
#include <time.h>

static int p[2];

static void do_write(void *arg) {
  (void)arg;
  write(p[1], "x", 1);
}

static void wait_for(const char *name, int e, time_t seconds, long nanoseconds) {
  struct epoll_event events[4];
  struct timespec timeout = {seconds, nanoseconds};
  show_events(name, events, epoll_pwait2(e, events, 4, &timeout, NULL));
}

int main(void) {
  struct epoll_event events[4];
  struct timespec before, after;
  sigset_t mask;
  int e = MUST(epoll_create1(0));
  MUST(pipe(p));
  MUST(control(e, EPOLL_CTL_ADD, p[0], EPOLLIN, "reader"));
  wait_for("0", e, 0, 0);
  wait_for("1 ns", e, 0, 1);
  clock_gettime(CLOCK_MONOTONIC, &before);
  wait_for("20 ms", e, 0, 20000000);
  clock_gettime(CLOCK_MONOTONIC, &after);
  CHECK((after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec >= 19000000);
  wait_for("-1 s", e, -1, 0);
  wait_for("-1 ns", e, 0, -1);
  wait_for("1000000000 ns", e, 0, 1000000000);

  when_blocked(do_write, NULL);
  show_events("no limit", events, epoll_pwait2(e, events, 4, NULL, NULL));
  sigemptyset(&mask);
  show_events("with a mask", events, epoll_pwait2(e, events, 4, NULL, &mask));
  show_events("epoll_pwait", events, epoll_pwait(e, events, 4, -1, &mask));
  wait_for("5 s", e, 5, 0);
  wait_for("-1 s", e, -1, 0);
  return 0;
}
