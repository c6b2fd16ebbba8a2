/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Stress tests: threads that run for a bounded time, each with random numbers of its own. That
 * somebody waits for ever shows in the runner's time limit.
 */
#ifndef EMWAKE_TEST_STRESS_H
#define EMWAKE_TEST_STRESS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "check.h"
#include "host.h"

#define STRESS_NS INT64_C(700000000)

static int64_t stress_end;

static inline void stress_begin(void) {
  stress_end = host_now() + STRESS_NS;
}

static inline bool stress_goes_on(void) {
  return host_now() < stress_end;
}

/* xorshift32; *state is not 0. */
static inline unsigned stress_random(unsigned *state, unsigned below) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state % below;
}

/* Starts n threads of run, each with its index as argument. */
static inline void stress_start(pthread_t *threads, int n, void *(*run)(void *index)) {
  for (int i = 0; i < n; i++) {
    CHECK_EQ(pthread_create(&threads[i], NULL, run, (void *)(intptr_t)i), 0);
  }
}

static inline void stress_join(const pthread_t *threads, int n) {
  for (int i = 0; i < n; i++) {
    CHECK_EQ(pthread_join(threads[i], NULL), 0);
  }
}

#endif
