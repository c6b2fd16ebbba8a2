// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe(2), O_DIRECT: each write is a packet, each read takes one; what does not fit in the reader's
// buffer is lost; a write above PIPE_BUF becomes several packets; an empty write none.
// gaps: 19

#include "transcript.h"
#include <sys/ioctl.h>

int main(void) {
  static char out[10000], in[10000];
  int p[2];
  SHOW(pipe2(p, O_DIRECT | O_NONBLOCK));
  CHECK(fcntl(p[1], F_GETFL) & O_DIRECT);
  MUST(write(p[1], "one", 3));
  MUST(write(p[1], "three", 5));
  SHOW(write(p[1], "", 0));
  MUST(write(p[1], "fourth", 6));
  int unread = 0;
  MUST(ioctl(p[0], FIONREAD, &unread));
  printf("unread: %d\n", unread);
  SHOW(read(p[0], in, sizeof in));
  SHOW(read(p[0], in, 2));
  printf("%.2s\n", in);
  SHOW(read(p[0], in, 0));
  SHOW(read(p[0], in, sizeof in));
  SHOW(read(p[0], in, sizeof in));
  SHOW(write(p[1], out, sizeof out));
  SHOW(read(p[0], in, sizeof in));
  SHOW(read(p[0], in, sizeof in));
  SHOW(read(p[0], in, sizeof in));
  SHOW(read(p[0], in, sizeof in));
  MUST(write(p[1], "last", 4));
  MUST(close(p[1]));
  SHOW(read(p[0], in, sizeof in));
  SHOW(read(p[0], in, sizeof in));
  return 0;
}
