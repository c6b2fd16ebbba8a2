// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2) on a pipe: POLLOUT says that PIPE_BUF bytes can be written; less room than that is no
// POLLOUT, and a write then is EAGAIN.
// gaps: 16

#include "transcript.h"

static char page[65536];

int main(void) {
  int p[2];
  MUST(pipe2(p, O_NONBLOCK));
  SHOW(write(p[1], page, sizeof page));
  POLL(p[1], POLLOUT, 0);
  SHOW(read(p[0], page, 1));
  POLL(p[1], POLLOUT, 0);
  SHOW(write(p[1], page, 1));
  SHOW(read(p[0], page, 4094));
  POLL(p[1], POLLOUT, 0);
  SHOW(write(p[1], page, 1));
  SHOW(read(p[0], page, 1));
  POLL(p[1], POLLOUT, 0);
  SHOW(write(p[1], page, 4096));
  POLL(p[1], POLLOUT, 0);
  return 0;
}
