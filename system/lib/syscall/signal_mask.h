/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The signal mask of ppoll, pselect and epoll_pwait: in force for the length of the call, which ends
 * with syscall_restarts_unhandled(). In a program without signals nothing can be masked.
 */
#ifndef EMWAKE_SYSCALL_SIGNAL_MASK_H
#define EMWAKE_SYSCALL_SIGNAL_MASK_H

#include <signal.h>

#include "syscall_exit.h"

/* mask may be NULL: then the mask stays as it is. */
static inline void signal_mask_during_call(const sigset_t *mask, struct mask_to_restore *m) {
  m->restores = false;
  if (mask && signal_swap_hook) {
    signal_swap_hook(mask, m);
  }
}

#endif
