// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2): a wait of the main thread obeys its timeout when the program has threads.
// gaps: 2
// needs: wait
// stock: -pthread -sJSPI

#include "transcript.h"
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(void) {
  int p[2];
  MUST(pipe(p));
  double start = now();
  POLL(p[0], POLLIN, 100);
  CHECK(now() - start >= 99);
  return 0;
}
