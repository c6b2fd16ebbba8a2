// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// timerfd_create(2): clocks, flags, times and sizes that are refused, and in which order they are
// looked at; what a timer is not (writable, a terminal).
// gaps: timerfd

#include "timerfds.h"
#include <sys/ioctl.h>

static int set_to(int fd, int flags, time_t sec, long nsec, time_t interval, long interval_nsec) {
  struct itimerspec its = {{interval, interval_nsec}, {sec, nsec}};
  return timerfd_settime(fd, flags, &its, NULL);
}

int main(void) {
  struct itimerspec its;
  char bytes[16];
  int p[2], count;
  SHOW(timerfd_create(CLOCK_MONOTONIC, O_APPEND));
  SHOW(timerfd_create(CLOCK_MONOTONIC, -1));
  SHOW(timerfd_create(CLOCK_MONOTONIC_RAW, 0));
  SHOW(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0));
  SHOW(timerfd_create(CLOCK_THREAD_CPUTIME_ID, 0));
  SHOW(timerfd_create(CLOCK_REALTIME_COARSE, 0));
  SHOW(timerfd_create(-1, 0));
  SHOW(timerfd_create(1000, 0));

  int t = MUST(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
  MUST(pipe(p));
  SHOW(set_to(t, 0, 0, 1000000000, 0, 0));
  SHOW(set_to(t, 0, 0, -1, 0, 0));
  SHOW(set_to(t, 0, -1, 0, 0, 0));
  SHOW(set_to(t, TFD_TIMER_ABSTIME, -1, 0, 0, 0));
  SHOW(set_to(t, 0, 1, 0, 0, 1000000000));
  SHOW(set_to(t, 0, 1, 0, -1, 0));
  SHOW(set_to(t, 0, 0, 0, 0, -1));
  SHOW(set_to(t, 4, 1, 0, 0, 0));
  SHOW(set_to(t, -1, 1, 0, 0, 0));
  SHOW(set_to(-1, 0, 1, 0, 0, 0));
  SHOW(set_to(-1, 4, 1, 0, 0, 0));
  SHOW(set_to(-1, 0, -1, 0, 0, 0));
  SHOW(set_to(p[0], 0, 1, 0, 0, 0));
  SHOW(set_to(0, 0, 1, 0, 0, 0));
  SHOW(set_to(0, 0, 1, -1, 0, 0));
  SHOW(timerfd_settime(t, 0, NULL, NULL));
  SHOW(timerfd_settime(-1, 0, NULL, NULL));
  SHOW(timerfd_gettime(-1, &its));
  SHOW(timerfd_gettime(p[0], &its));
  SHOW(timerfd_gettime(0, &its));
  SHOW(timerfd_gettime(t, NULL));
  SHOW(timerfd_gettime(-1, NULL));

  SHOW(read(t, bytes, 8));
  SHOW(read(t, bytes, 7));
  SHOW(read(t, bytes, 0));
  MUST(set_to(t, 0, 0, 1, 0, 0));
  spin(MS);
  SHOW(read(t, bytes, 7));
  SHOW(read(t, bytes, 16));
  SHOW(read(t, bytes, 16));
  SHOW(write(t, bytes, 8));
  SHOW(ioctl(t, FIONREAD, &count));
  SHOW(isatty(t));
  SHOW(fsync(t));
  SHOW(close(t));
  SHOW(set_to(t, 0, 1, 0, 0, 0));
  SHOW(read(t, bytes, 8));
  return 0;
}
