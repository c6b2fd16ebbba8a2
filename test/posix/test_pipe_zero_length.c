// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// read(2), write(2) of no bytes on a pipe: 0 at once, full or empty, and nobody is woken by it; a
// descriptor that is not open for it is still EBADF.
// gaps: 17

#include "transcript.h"

int main(void) {
  static char page[65536];
  int p[2];
  MUST(pipe(p));
  SHOW(read(p[0], page, 0));
  SHOW(write(p[1], page, 0));
  POLL(p[0], POLLIN, 0);
  SHOW(read(p[1], page, 0));
  SHOW(write(p[0], page, 0));
  MUST(write(p[1], page, sizeof page));
  SHOW(write(p[1], page, 0));
  SHOW(read(p[0], page, 0));
  MUST(close(p[1]));
  SHOW(read(p[0], page, 0));
  SHOW(write(p[1], page, 0));
  return 0;
}
