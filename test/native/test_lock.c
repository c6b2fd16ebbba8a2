/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * struct lock: mutual exclusion under contention, and what the holder wrote is seen by the next.
 */
#include "lock.h"

#include <pthread.h>
#include <sched.h>

#include "check.h"

enum { THREADS = 4, ROUNDS = 20000 };

static struct lock lock;
static int inside;
static long total;

static void *work(void *arg) {
  (void)arg;
  for (int i = 0; i < ROUNDS; i++) {
    lock_acquire(&lock);
    CHECK_EQ(++inside, 1);
    total++;
    if (i % 1000 == 0) {
      sched_yield(); /* so that the others run out of spins, and sleep */
    }
    CHECK_EQ(--inside, 0);
    lock_release(&lock);
  }
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) {
    CHECK_EQ(pthread_create(&threads[i], NULL, work, NULL), 0);
  }
  for (int i = 0; i < THREADS; i++) {
    CHECK_EQ(pthread_join(threads[i], NULL), 0);
  }
  CHECK_EQ(total, (long)THREADS * ROUNDS);
  CHECK_EQ(lock.word, 0);
  return 0;
}
