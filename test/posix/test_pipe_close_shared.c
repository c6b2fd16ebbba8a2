// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// close(2): a descriptor can be used no more once it is closed, while its dups can; each end of a
// pipe lives as long as any of its descriptors.
// gaps: 17

#include "transcript.h"

int main(void) {
  char c;
  int p[2];
  MUST(pipe(p));
  int r = MUST(dup(p[0])), w = MUST(dup(p[1]));
  SHOW(close(p[0]));
  SHOW(close(p[0]));
  SHOW(read(p[0], &c, 1));
  POLL(p[0], POLLIN, 0);
  SHOW(write(p[1], "x", 1));
  SHOW(read(r, &c, 1));
  SHOW(close(p[1]));
  SHOW(write(p[1], "x", 1));
  POLL(r, POLLIN, 0);
  SHOW(write(w, "y", 1));
  SHOW(close(w));
  POLL(r, POLLIN, 0);
  SHOW(read(r, &c, 1));
  SHOW(read(r, &c, 1));
  return 0;
}
