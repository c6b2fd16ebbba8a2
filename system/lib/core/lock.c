/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The contended half of struct lock: spin for a short while, then sleep on the word (the
 * three-state mutex of Ulrich Drepper, "Futexes Are Tricky", section 6).
 */
#include "lock.h"

#if EMWAKE_THREADS

#include "host.h"

/* About the time that the longest section takes; past it the holder has probably lost its core. */
#define SPINS 200

void lock_slow(struct lock *l) {
  for (int i = 0; i < SPINS; i++) {
    int expected = 0;
    if (atomic_load_explicit(&l->word, memory_order_relaxed) == 0 &&
        atomic_compare_exchange_strong(&l->word, &expected, 1)) {
      return;
    }
  }
  while (atomic_exchange(&l->word, 2) != 0) {
    host_lock_wait(&l->word, 2);
  }
}

void lock_wake(struct lock *l) {
  host_lock_wake(&l->word);
}

#endif
