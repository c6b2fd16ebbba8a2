// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// fcntl(2), F_SETPIPE_SZ: what is in the pipe stays, in order, when it grows and when it shrinks.
// gaps: 16

#include "transcript.h"

int main(void) {
  static char out[10000], in[20000];
  int p[2];
  for (size_t i = 0; i < sizeof out; i++) out[i] = (char)(i * 7 + i / 256);
  MUST(pipe2(p, O_NONBLOCK));
  MUST(write(p[1], out, 6000));
  MUST(read(p[0], in, 5000));
  SHOW(fcntl(p[0], F_SETPIPE_SZ, 131072));
  SHOW(write(p[1], out + 6000, 4000));
  SHOW(fcntl(p[0], F_SETPIPE_SZ, 16384));
  SHOW(read(p[0], in + 5000, sizeof in - 5000));
  CHECK(memcmp(in, out, sizeof out) == 0);
  return 0;
}
