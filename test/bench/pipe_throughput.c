// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// One thread writes 64 KiB, the whole capacity of a pipe, and reads it back: bytes per second.

#include "bench.h"

#include <unistd.h>

enum { CHUNK = 64 * 1024 };

static int fds[2];
static char out[CHUNK], in[CHUNK];

static void step(void) {
  BENCH_CHECK(write(fds[1], out, CHUNK) == CHUNK);
  BENCH_CHECK(read(fds[0], in, CHUNK) == CHUNK);
}

int main(int argc, char **argv) {
  for (int i = 0; i < CHUNK; i++) out[i] = (char)(i * 31 + (i >> 8));
  BENCH_CHECK(pipe(fds) == 0);
  bench_run(step, CHUNK, bench_seconds(argc, argv));
  BENCH_CHECK(memcmp(in, out, CHUNK) == 0);
  return 0;
}
