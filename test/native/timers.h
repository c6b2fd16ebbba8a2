/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * timerfds by numbers of nanoseconds, for the unit tests.
 */
#ifndef EMWAKE_TEST_TIMERS_H
#define EMWAKE_TEST_TIMERS_H

#include <fcntl.h>
#include <stdint.h>

#include "calls.h"
#include "timerfd.h"

#define MS INT64_C(1000000)
#define ABSTIME 1 /* TFD_TIMER_ABSTIME */

static inline struct timespec timespec_of_ns(int64_t ns) {
  return (struct timespec){.tv_sec = ns / (1000 * MS), .tv_nsec = ns % (1000 * MS)};
}

static inline int64_t ns_of_timespec(struct timespec ts) {
  return ts.tv_sec * (1000 * MS) + ts.tv_nsec;
}

static inline int set_timer(int fd, int flags, int64_t value, int64_t interval) {
  struct itimerspec new = {timespec_of_ns(interval), timespec_of_ns(value)};
  return timerfd_set(fd, flags, &new, NULL);
}

/* The expirations, or -errno. */
static inline int64_t read_timer(int fd) {
  uint64_t ticks = 0;
  ssize_t r = call_read(fd, &ticks, sizeof ticks);
  return r < 0 ? r : (int64_t)ticks;
}

#endif
