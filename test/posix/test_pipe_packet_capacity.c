// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe(2), O_DIRECT: a pipe of 64 KiB holds 16 packets, however short; one more is EAGAIN until one
// was read.
// gaps: 19

#include "transcript.h"

int main(void) {
  char c;
  int p[2];
  MUST(pipe2(p, O_DIRECT | O_NONBLOCK));
  int packets = 0;
  while (packets < 1000 && write(p[1], "x", 1) == 1) packets++;
  printf("packets: %d, then %s\n", packets, errno_name(errno));
  POLL(p[1], POLLOUT, 0);
  SHOW(read(p[0], &c, 1));
  POLL(p[1], POLLOUT, 0);
  SHOW(write(p[1], "xy", 2));
  SHOW(write(p[1], "x", 1));
  return 0;
}
