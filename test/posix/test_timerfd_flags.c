// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// timerfd_create(2): TFD_NONBLOCK and TFD_CLOEXEC read back, O_NONBLOCK changes by fcntl and ioctl;
// a dup shares the timer and the flags, and it lives until the last is closed.
// gaps: timerfd

#include "timerfds.h"
#include <sys/ioctl.h>

int main(void) {
  int plain = MUST(timerfd_create(CLOCK_MONOTONIC, 0));
  printf("nonblock %d, cloexec %d\n", !!(fcntl(plain, F_GETFL) & O_NONBLOCK),
         fcntl(plain, F_GETFD));
  int t = MUST(timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC));
  printf("nonblock %d, cloexec %d\n", !!(fcntl(t, F_GETFL) & O_NONBLOCK), fcntl(t, F_GETFD));
  CHECK((fcntl(t, F_GETFL) & O_ACCMODE) == O_RDWR);
  int again = MUST(dup(t)), high = MUST(fcntl(t, F_DUPFD_CLOEXEC, 20));
  CHECK(high >= 20);
  printf("cloexec %d %d\n", fcntl(again, F_GETFD), fcntl(high, F_GETFD));
  MUST(set_timer(t, 0, HOUR, 0));
  POLL(again, POLLIN, 0);
  MUST(set_timer(again, 0, 1, 0));
  spin(MS);
  POLL(again, POLLIN | POLLOUT | POLLRDNORM, 0);
  POLL(high, POLLIN, 0);
  SHOW(close(t));
  SHOW(read_timer(again));
  SHOW(read_timer(high));

  set_nonblocking(plain, 1);
  SHOW(read_timer(plain));
  set_nonblocking(plain, 0);
  int on = 1;
  SHOW(ioctl(plain, FIONBIO, &on));
  SHOW(read_timer(plain));

  // dup2 over a timer, and of a timer over something else.
  MUST(set_timer(again, 0, HOUR, 0));
  SHOW(dup2(again, plain) == plain);
  struct itimerspec its;
  MUST(timerfd_gettime(plain, &its));
  CHECK(ns_of(its.it_value) > HOUR / 2);
  SHOW(close(again));
  SHOW(close(high));
  POLL(plain, POLLIN, 0);
  MUST(set_timer(plain, 0, 1, 0));
  spin(MS);
  SHOW(read_timer(plain));
  SHOW(close(plain));
  POLL(plain, POLLIN, 0);
  return 0;
}
