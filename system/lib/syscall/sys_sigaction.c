/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * sigaction(2). libc's signal and siginterrupt end in it.
 */
#include <errno.h>
#include <signal.h>

#include "result.h"
#include "signal.h"
#include "syscall_exit.h"

/* The C library's own: SIGTIMER and its like (pthread_impl.h). */
#define FIRST_OF_LIBC 32
#define LAST_OF_LIBC 34

int __sigaction(int sig, const struct sigaction *restrict action, struct sigaction *restrict old) {
  if (sig >= FIRST_OF_LIBC && sig <= LAST_OF_LIBC) {
    return result(-EINVAL);
  }
  int r = signal_action(sig, action, old);
  syscall_exit();
  return result(r);
}

int sigaction(int, const struct sigaction *restrict, struct sigaction *restrict)
  __attribute__((alias("__sigaction")));
