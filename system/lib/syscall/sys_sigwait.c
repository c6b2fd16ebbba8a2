/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * sigtimedwait(2), in which libc's sigwaitinfo ends, and sigwait(3).
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "result.h"
#include "signal.h"
#include "syscall_exit.h"
#include "timeout.h"

static int wait_until(const sigset_t *set, siginfo_t *info, deadline_t deadline) {
  siginfo_t taken;
  ssize_t r = signal_wait(set, &taken, deadline);
  if (r > 0 && info) {
    *info = taken;
  }
  syscall_restarts(&r);
  return (int)r;
}

int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info,
                 const struct timespec *restrict timeout) {
  deadline_t deadline;
  int err = deadline_of_timespec(timeout, &deadline);
  return result(err ? err : wait_until(set, info, deadline));
}

/* POSIX: returns the error, and EINTR is none of them. */
int sigwait(const sigset_t *restrict set, int *restrict sig) {
  int r;
  do {
    r = wait_until(set, NULL, DEADLINE_NONE);
  } while (r == -EINTR);
  if (r < 0) {
    return -r;
  }
  *sig = r;
  return 0;
}
