/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * setitimer(2) and getitimer(2); libc's alarm and ualarm end in the first.
 */
#include <errno.h>
#include <sys/time.h>

#include "result.h"
#include "signal_timer.h"
#include "syscall_exit.h"
#include "timeout.h"

#define NS_PER_US 1000
#define US_PER_SEC 1000000

static int ns_of(const struct timeval *tv, int64_t *ns) {
  if (tv->tv_sec < 0 || tv->tv_usec < 0 || tv->tv_usec >= US_PER_SEC) {
    return -EINVAL;
  }
  *ns = tv->tv_sec < INT64_MAX / NS_PER_SEC - 1
          ? (int64_t)tv->tv_sec * NS_PER_SEC + (int64_t)tv->tv_usec * NS_PER_US
          : INT64_MAX;
  return 0;
}

/* What is armed has at least a microsecond left (itimer_get_remtime()). */
static struct timeval timeval_of(int64_t ns) {
  int64_t us = ns > 0 && ns < NS_PER_US ? 1 : ns / NS_PER_US;
  return (struct timeval){.tv_sec = us / US_PER_SEC, .tv_usec = us % US_PER_SEC};
}

static void store(struct itimerval *value, const struct timer_times *times) {
  value->it_value = timeval_of(times->value);
  value->it_interval = timeval_of(times->interval);
}

int getitimer(int which, struct itimerval *value) {
  struct timer_times times;
  int r = interval_timer_get(which, &times);
  if (!r) {
    store(value, &times);
  }
  syscall_exit();
  return result(r);
}

/* NULL disarms, as the kernel has it. */
int setitimer(int which, const struct itimerval *restrict value, struct itimerval *restrict old) {
  struct timer_times times = {0}, before;
  int r = value ? ns_of(&value->it_value, &times.value) : 0;
  if (!r && value) {
    r = ns_of(&value->it_interval, &times.interval);
  }
  if (!r) {
    r = interval_timer_set(which, &times, &before);
  }
  if (!r && old) {
    store(old, &before);
  }
  syscall_exit();
  return result(r);
}
