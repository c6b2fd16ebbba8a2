/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Waiting for signals: sigtimedwait(2), sigsuspend(2), pause(2).
 */
#include <errno.h>
#include <stddef.h>

#include "signal.h"

/* Nothing but a signal, an interrupt or the deadline ends it. */
static int wait_for_attention(deadline_t deadline) {
  struct waiter w;
  int err;
  waiter_init(&w);
  do {
    err = waiter_wait(&w, deadline);
  } while (!err);
  return err;
}

int signal_pause(void) {
  return wait_for_attention(DEADLINE_NONE);
}

/* do_sigtimedwait(): the signals that are waited for are unblocked meanwhile, so that they wake. */
int signal_wait(const sigset_t *set, siginfo_t *info, deadline_t deadline) {
  struct thread *t = thread_current();
  sigmask_t mask = sigmask_of(set) & ~UNBLOCKABLE;
  int err = -ETIMEDOUT;
  threads_lock();
  int sig = signal_take_locked(t, mask, info);
  if (!sig && deadline != 0) {
    t->signals.blocked_before_wait = t->signals.blocked;
    signal_block_locked(t, t->signals.blocked & ~mask);
    threads_unlock();
    err = wait_for_attention(deadline);
    threads_lock();
    signal_block_locked(t, t->signals.blocked_before_wait);
    t->signals.blocked_before_wait = 0;
    sig = signal_take_locked(t, mask, info);
  }
  threads_unlock();
  return sig ? sig : waiter_timed_out(err) ? -EAGAIN : err;
}
