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
  ssize_t count;
  do {
    count = select_fds(n, r, w, e, deadline);
  } while (syscall_restarts_unhandled(&count, NULL));
  if (timeout && deadline != DEADLINE_NONE) {
    store_remaining(timeout, deadline);
  }
  return result((int)count);
}

int pselect(int n, fd_set *restrict r, fd_set *restrict w, fd_set *restrict e,
            const struct timespec *restrict timeout, const sigset_t *restrict mask) {
  cancellation_point();
  deadline_t deadline;
  int err = deadline_of_timespec(timeout, &deadline);
  if (err) {
    return result(err);
  }
  struct mask_to_restore m;
  ssize_t count;
  do {
    signal_mask_during_call(mask, &m);
    count = select_fds(n, r, w, e, deadline);
  } while (syscall_restarts_unhandled(&count, &m));
  return result((int)count);
}
