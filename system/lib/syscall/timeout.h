/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The time-outs of poll, select and their kin as deadlines: 0 stays 0 (do not wait), the smallest
 * one above it does wait, and none overflows.
 */
#ifndef EMWAKE_SYSCALL_TIMEOUT_H
#define EMWAKE_SYSCALL_TIMEOUT_H

#include <errno.h>
#include <time.h>

#include "waiter.h"

#define NS_PER_SEC 1000000000

static inline deadline_t deadline_of_ns(int64_t ns) {
  return ns ? deadline_after(ns) : 0;
}

/* Milliseconds; negative: no limit. */
static inline deadline_t deadline_of_ms(int ms) {
  return deadline_of_ns(ms < 0 ? -1 : (int64_t)ms * 1000000);
}

/* -EINVAL as the kernel's poll_select_set_timeout() has it: negative, or nanoseconds out of
   range. NULL: no limit. */
static inline int deadline_of_timespec(const struct timespec *ts, deadline_t *deadline) {
  *deadline = DEADLINE_NONE;
  if (!ts) {
    return 0;
  }
  if (ts->tv_sec < 0 || ts->tv_nsec < 0 || ts->tv_nsec >= NS_PER_SEC) {
    return -EINVAL;
  }
  if (ts->tv_sec < INT64_MAX / NS_PER_SEC) {
    *deadline = deadline_of_ns((int64_t)ts->tv_sec * NS_PER_SEC + ts->tv_nsec);
  }
  return 0;
}

#endif
