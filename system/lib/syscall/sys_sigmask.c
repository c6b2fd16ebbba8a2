/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * pthread_sigmask(3), in which libc's sigprocmask ends, and sigpending(2).
 */
#include <signal.h>

#include "result.h"
#include "signal.h"
#include "syscall_exit.h"

int pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict old) {
  int r = signal_mask(how, set, old);
  syscall_exit();
  return -r;
}

int sigpending(sigset_t *set) {
  signal_pending(set);
  syscall_exit();
  return 0;
}
