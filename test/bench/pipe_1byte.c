// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// One thread writes one byte into a pipe and reads it back: pairs per second.

#include "bench.h"

#include <unistd.h>

static int fds[2];
static unsigned char sent;

static void step(void) {
  unsigned char got;
  sent++;
  BENCH_CHECK(write(fds[1], &sent, 1) == 1);
  BENCH_CHECK(read(fds[0], &got, 1) == 1 && got == sent);
}

int main(int argc, char **argv) {
  BENCH_CHECK(pipe(fds) == 0);
  bench_run(step, 1, bench_seconds(argc, argv));
  return 0;
}
