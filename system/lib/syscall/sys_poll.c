/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * poll(2) and ppoll(2).
 */
#define _GNU_SOURCE
#include "poll_fds.h"

#include <signal.h>
#include <time.h>

#include "result.h"
#include "signal_mask.h"
#include "timeout.h"

int poll(struct pollfd *fds, nfds_t n, int timeout) {
  cancellation_point();
  return result(poll_fds(fds, n, deadline_of_ms(timeout)));
}

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask) {
  cancellation_point();
  deadline_t deadline;
  int err = deadline_of_timespec(timeout, &deadline);
  if (err) {
    return result(err);
  }
  sigset_t old;
  signal_mask_set(mask, &old);
  int r = poll_fds(fds, n, deadline);
  signal_mask_restore(mask, &old);
  return result(r);
}
