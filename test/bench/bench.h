// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What every benchmark program shares: a measured loop whose result is one JSON line on stdout,
// and checks that end the program with a message on stderr. The programs see no difference between
// gcc and emcc except where they say so.

#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BENCH_CHECK(cond)                                                                          \
  do {                                                                                             \
    if (!(cond)) {                                                                                 \
      fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #cond, strerror(errno));              \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

static inline double bench_now(void) {
  struct timespec ts;
  BENCH_CHECK(clock_gettime(CLOCK_MONOTONIC, &ts) == 0);
  return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

// The measuring time: the program's first argument, in milliseconds.
static inline double bench_seconds(int argc, char **argv) {
  double ms = argc > 1 ? atof(argv[1]) : 300;
  BENCH_CHECK(ms > 0);
  return ms / 1000;
}

static inline double bench_measure(void (*step)(void), double seconds, long batch) {
  double begin = bench_now(), elapsed;
  long steps = 0;
  do {
    for (long i = 0; i < batch; i++) step();
    steps += batch;
    elapsed = bench_now() - begin;
  } while (elapsed < seconds);
  return (double)steps / elapsed;
}

// Runs step() over and over for the measuring time and prints how many units of work it did per
// second. The clock is read once in about 2 ms, and half the measuring time goes first, unmeasured,
// so that a wasm engine has optimised the code by then.
static inline void bench_run(void (*step)(void), double units_per_step, double seconds) {
  double rate = bench_measure(step, seconds / 10, 1);
  long batch = rate > 1000 ? (long)(rate / 500) : 1;
  bench_measure(step, seconds * 0.4, batch);
  rate = bench_measure(step, seconds, batch);
  printf("{\"per_second\": %.6g}\n", rate * units_per_step);
  fflush(stdout);
}
