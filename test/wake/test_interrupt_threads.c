// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// <emscripten/interrupt.h> between threads: each wait is ended by its own interrupt, over and over, and
// none is lost; a thread that has ended cannot be interrupted.
//
// needs: threads wait

#include "expect.h"
#include <emscripten/interrupt.h>
#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 2, ROUNDS = 200 };

static int p[THREADS][2], done[2];
static em_interruptible_t ids[THREADS];

static void *be_interrupted(void *arg) {
  int i = (int)(intptr_t)arg;
  char byte = (char)i;
  ids[i] = emscripten_interruptible_self();
  MUST(write(done[1], &byte, 1));
  for (int round = 0; round < ROUNDS; round++) {
    EXPECT_EQ(read(p[i][0], &byte, 1), -1);
    EXPECT_EQ(errno, EINTR);
    byte = (char)i;
    MUST(write(done[1], &byte, 1));
  }
  return NULL;
}

static int next_done(void) {
  char byte = -1;
  EXPECT_EQ(read(done[0], &byte, 1), 1);
  return byte;
}

int main(void) {
  pthread_t threads[THREADS];
  MUST(pipe(done));
  for (int i = 0; i < THREADS; i++) {
    MUST(pipe(p[i]));
    EXPECT_EQ(pthread_create(&threads[i], NULL, be_interrupted, (void *)(intptr_t)i), 0);
    EXPECT_EQ(next_done(), i);
  }
  for (int n = 0; n < ROUNDS * THREADS; n++) {
    EXPECT_EQ(emscripten_interrupt(ids[n % THREADS]), 0);
    EXPECT_EQ(next_done(), n % THREADS);
  }
  for (int i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    EXPECT_EQ(emscripten_interrupt(ids[i]), -ESRCH);
  }
  return status_of_test();
}
