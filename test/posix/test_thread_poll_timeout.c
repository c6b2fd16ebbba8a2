// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2) in a thread obeys its timeout, and main's wait goes on beside it.
// gaps: 2
// needs: threads wait

#include "transcript.h"
#include <time.h>

static int p[2], q[2];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void *worker(void *arg) {
  (void)arg;
  double start = now();
  POLL(p[0], POLLIN, 60);
  CHECK(now() - start >= 59);
  write(q[1], "x", 1);
  return NULL;
}

int main(void) {
  pthread_t thread;
  MUST(pipe(p));
  MUST(pipe(q));
  pthread_create(&thread, NULL, worker, NULL);
  POLL(q[0], POLLIN, -1);
  pthread_join(thread, NULL);
  return 0;
}
