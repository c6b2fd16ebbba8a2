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
  deadline_t deadline = deadline_of_ms(timeout);
  ssize_t r;
  do {
    r = poll_fds(fds, n, deadline);
  } while (syscall_restarts_unhandled(&r, NULL));
  return result((int)r);
}

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask) {
  cancellation_point();
  deadline_t deadline;
  int err = deadline_of_timespec(timeout, &deadline);
  if (err) {
    return result(err);
  }
  struct mask_to_restore m;
  ssize_t r;
  do {
    signal_mask_during_call(mask, &m);
    r = poll_fds(fds, n, deadline);
  } while (syscall_restarts_unhandled(&r, &m));
  return result((int)r);
}
