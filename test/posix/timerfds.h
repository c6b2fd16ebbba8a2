// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What the differential tests of timers and sleeps set and await. Times are a few milliseconds, and
// none is printed: what a test shows is what has happened after a time that it has let pass, or in
// which order.

#ifndef EMWAKE_TEST_TIMERFDS_H
#define EMWAKE_TEST_TIMERFDS_H

#include "transcript.h"
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>

#define MS 1000000LL
#define HOUR (3600 * 1000 * MS)

static UNUSED int64_t clock_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000 * MS + now.tv_nsec;
}

static UNUSED struct timespec timespec_of(int64_t ns) {
  return (struct timespec){.tv_sec = ns / (1000 * MS), .tv_nsec = ns % (1000 * MS)};
}

static UNUSED int64_t ns_of(struct timespec ts) {
  return ts.tv_sec * (1000 * MS) + ts.tv_nsec;
}

static UNUSED int set_timer(int fd, int flags, int64_t value, int64_t interval) {
  struct itimerspec its = {timespec_of(interval), timespec_of(value)};
  return timerfd_settime(fd, flags, &its, NULL);
}

// The expirations, or -1.
static UNUSED long long read_timer(int fd) {
  uint64_t ticks;
  return read(fd, &ticks, sizeof ticks) == sizeof ticks ? (long long)ticks : -1;
}

// Lets time pass without a call that waits.
static UNUSED void spin(int64_t ns) {
  int64_t end = clock_ns(CLOCK_MONOTONIC) + ns;
  while (clock_ns(CLOCK_MONOTONIC) < end) {
  }
}

#endif
