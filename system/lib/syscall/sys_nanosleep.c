/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * clock_nanosleep(2). libc's nanosleep, sleep, usleep and thrd_sleep end in __clock_nanosleep.
 */
#include <errno.h>
#include <time.h>

#include "block.h"
#include "cancel.h"
#include "clock_sleep.h"
#include "host.h"
#include "syscall_exit.h"
#include "user_memory.h"

#define NS_PER_SEC 1000000000

static int64_t now_of(bool wall) {
  return wall ? host_wall_clock() : host_now();
}

/* Where a stack cannot be suspended. */
static int block_until(bool wall, int64_t until) {
  for (int64_t left; (left = until - now_of(wall)) > 0;) {
    if (!emwake_block((double)left / 1e6)) {
      return EDEADLK;
    }
  }
  return 0;
}

/* Saturating, as timespec64_to_ktime(). */
static int64_t ns_of(const struct timespec *ts) {
  return ts->tv_sec >= INT64_MAX / NS_PER_SEC ? INT64_MAX
                                              : (int64_t)ts->tv_sec * NS_PER_SEC + ts->tv_nsec;
}

static void set_remaining(struct timespec *remaining, int64_t until) {
  int64_t left = until - host_now();
  left = left > 0 ? left : 0;
  *remaining = (struct timespec){.tv_sec = left / NS_PER_SEC, .tv_nsec = left % NS_PER_SEC};
}

/* The kernel cannot sleep on clocks that only tell the time, nor, without an RTC, on those that wake
   the system; a thread cannot sleep on its own CPU time. */
static int check_clock(clockid_t clock) {
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
    case CLOCK_PROCESS_CPUTIME_ID: /* which shows the time that has passed */
      return 0;
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_REALTIME_ALARM:
    case CLOCK_BOOTTIME_ALARM:
      return EOPNOTSUPP;
    default:
      return EINVAL;
  }
}

int __clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
                      struct timespec *remaining) {
  cancellation_point();
  int err = check_clock(clock);
  if (err) {
    return err;
  }
  if (!user_range_ok(request, sizeof *request)) {
    return EFAULT;
  }
  if (request->tv_sec < 0 || request->tv_nsec < 0 || request->tv_nsec >= NS_PER_SEC) {
    return EINVAL;
  }
  bool absolute = flags & TIMER_ABSTIME;
  bool wall = absolute && clock == CLOCK_REALTIME;
  int64_t until = absolute ? ns_of(request) : deadline_after(ns_of(request));
  ssize_t r;
  do {
    r = clock_sleep_until(wall, until);
  } while (syscall_restarts_unhandled(&r, NULL));
  err = -(int)act_on_cancel(r);
  if (err == EDEADLK) {
    err = block_until(wall, until);
  }
  if (err && remaining && !absolute) {
    set_remaining(remaining, until);
  }
  return err;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
                    struct timespec *remaining) {
  return __clock_nanosleep(clock, flags, request, remaining);
}
