/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * select(2) and pselect(2).
 */
#define _GNU_SOURCE
#include <sys/select.h>

#include <signal.h>

#include "host.h"
#include "poll_fds.h"
#include "result.h"
#include "signal_mask.h"
#include "timeout.h"

/* select(2): Linux modifies timeout to reflect the amount of time not slept. */
static void store_remaining(struct timeval *timeout, deadline_t deadline) {
  int64_t left = deadline ? deadline - host_now() : 0;
  if (left < 0) {
    left = 0;
  }
  timeout->tv_sec = left / NS_PER_SEC;
  timeout->tv_usec = (int)(left % NS_PER_SEC / 1000);
}

int select(int n, fd_set *restrict r, fd_set *restrict w, fd_set *restrict e,
           struct timeval *restrict timeout) {
  cancellation_point();
  deadline_t deadline = DEADLINE_NONE;
  if (timeout) {
    if (timeout->tv_sec < 0 || timeout->tv_usec < 0) {
      return result(-EINVAL);
    }
    struct timespec ts = {.tv_sec = timeout->tv_sec + timeout->tv_usec / 1000000,
                          .tv_nsec = timeout->tv_usec % 1000000 * 1000};
    int err = deadline_of_timespec(&ts, &deadline);
    if (err) {
      return result(err);
    }
  }
  int count = select_fds(n, r, w, e, deadline);
  if (timeout && deadline != DEADLINE_NONE) {
    store_remaining(timeout, deadline);
  }
  return result(count);
}

int pselect(int n, fd_set *restrict r, fd_set *restrict w, fd_set *restrict e,
            const struct timespec *restrict timeout, const sigset_t *restrict mask) {
  cancellation_point();
  deadline_t deadline;
  int err = deadline_of_timespec(timeout, &deadline);
  if (err) {
    return result(err);
  }
  sigset_t old;
  signal_mask_set(mask, &old);
  int count = select_fds(n, r, w, e, deadline);
  signal_mask_restore(mask, &old);
  return result(count);
}
