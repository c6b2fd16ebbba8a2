// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The end of main ends the program at once, though its threads block for ever in read.
//
// needs: threads wait

#include "expect.h"
#include <pthread.h>

#define THREADS 3

static int p[2], started[2];

static void *block(void *arg) {
  write_byte(started[1]);
  EXPECT_EQ(read_byte(p[0]), 1);
  EXPECT(!"woken");
  return arg;
}

int main(void) {
  MUST(pipe(p));
  MUST(pipe(started));
  for (int i = 0; i < THREADS; i++) {
    pthread_t thread;
    EXPECT_EQ(pthread_create(&thread, NULL, block, NULL), 0);
  }
  for (int i = 0; i < THREADS; i++) {
    EXPECT_EQ(read_byte(started[0]), 1);
  }
  return status_of_test();
}
