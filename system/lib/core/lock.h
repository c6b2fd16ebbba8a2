/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Short, bounded mutual exclusion. A lock is held for straight-line code only: no waiting, no
 * user code, no call to the host but host_wake, host_schedule and the clocks, which do not come back.
 * In a build without threads it costs nothing.
 *
 * Lock order (take from left to right, never the other way):
 *   a list of nodes (ports)  ->  node state (pipe, socket, ..., threads_lock)  ->  wait queue
 *     ->  a consumer's own lock
 *
 * The browser's main thread may not block, so lock_slow spins there; everywhere else it sleeps on
 * the lock word. The sections are short (at most one copy of a full buffer), so it spins first.
 */
#ifndef EMWAKE_CORE_LOCK_H
#define EMWAKE_CORE_LOCK_H

#ifndef EMWAKE_THREADS
#define EMWAKE_THREADS 0
#endif

#if EMWAKE_THREADS

#include <stdatomic.h>

/* 0 free, 1 held, 2 held and somebody may sleep on the word. */
struct lock {
  _Atomic int word;
};

void lock_slow(struct lock *l);
void lock_wake(struct lock *l);

static inline void lock_acquire(struct lock *l) {
  int expected = 0;
  if (!atomic_compare_exchange_strong(&l->word, &expected, 1)) {
    lock_slow(l);
  }
}

static inline void lock_release(struct lock *l) {
  if (atomic_exchange(&l->word, 0) == 2) {
    lock_wake(l);
  }
}

#else

struct lock {
  char unused;
};

static inline void lock_acquire(struct lock *l) {
  (void)l;
}

static inline void lock_release(struct lock *l) {
  (void)l;
}

#endif

#endif
