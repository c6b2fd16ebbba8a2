// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe(7), O_NONBLOCK: a write of up to PIPE_BUF bytes is all or EAGAIN; a larger one may be
// partial, and is EAGAIN only if nothing fits.
// gaps: 16 18

#include "transcript.h"
#include <limits.h>

static char page[70000];

int main(void) {
  int p[2];
  MUST(pipe2(p, O_NONBLOCK));
  printf("PIPE_BUF %d\n", PIPE_BUF);
  SHOW(write(p[1], page, sizeof page));
  SHOW(write(p[1], page, sizeof page));
  SHOW(read(p[0], page, 4096));
  SHOW(write(p[1], page, 4096));
  SHOW(write(p[1], page, 1));
  SHOW(read(p[0], page, 4096));
  SHOW(write(p[1], page, 5000));
  SHOW(write(p[1], page, 5000));
  SHOW(read(p[0], page, 8192));
  SHOW(write(p[1], page, 9000));
  return 0;
}
