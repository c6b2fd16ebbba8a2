/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Cancellation points (pthread_cancel; POSIX, 2.9.5). A call that is one acts on a cancellation that
 * is pending when it begins, and on one that ends its wait: then the core has let go of everything
 * that it held, and answers ECANCELED.
 */
#ifndef EMWAKE_SYSCALL_CANCEL_H
#define EMWAKE_SYSCALL_CANCEL_H

#include <errno.h>

#if EMWAKE_THREADS

#include <pthread.h>

static inline void cancellation_point(void) {
  pthread_testcancel();
}

/* r: what the core returned. */
static inline long act_on_cancel(long r) {
  if (r == -ECANCELED) {
    pthread_testcancel();
  }
  return r;
}

#else

static inline void cancellation_point(void) {
}

static inline long act_on_cancel(long r) {
  return r;
}

#endif

#endif
