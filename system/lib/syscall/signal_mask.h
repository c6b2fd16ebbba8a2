/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The signal mask of ppoll, pselect and epoll_pwait: in force for the length of the wait. There are
 * no asynchronous signals, so that nothing can come between the two halves.
 */
#ifndef EMWAKE_SYSCALL_SIGNAL_MASK_H
#define EMWAKE_SYSCALL_SIGNAL_MASK_H

#include <signal.h>
#include <stddef.h>

/* mask may be NULL: then neither does anything. */
static inline void signal_mask_set(const sigset_t *mask, sigset_t *old) {
  if (mask) {
    pthread_sigmask(SIG_SETMASK, mask, old);
  }
}

static inline void signal_mask_restore(const sigset_t *mask, const sigset_t *old) {
  if (mask) {
    pthread_sigmask(SIG_SETMASK, old, NULL);
  }
}

#endif
