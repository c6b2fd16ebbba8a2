// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2): one descriptor, and its dup, may stand in the set any number of times; each entry is
// answered and counted by itself.
// gaps: 11

#include "transcript.h"

int main(void) {
  int p[2];
  MUST(pipe(p));
  int again = MUST(dup(p[0]));
  struct pollfd set[5] = {{p[0], POLLIN, -1},
                          {p[0], POLLOUT, -1},
                          {p[0], POLLIN | POLLRDNORM, -1},
                          {again, POLLIN, -1},
                          {p[1], POLLOUT, -1}};
  SHOW(poll(set, 5, 0));
  for (int i = 0; i < 5; i++) printf("set[%d]: %s\n", i, event_names(set[i].revents));
  MUST(write(p[1], "x", 1));
  SHOW(poll(set, 5, 0));
  for (int i = 0; i < 5; i++) printf("set[%d]: %s\n", i, event_names(set[i].revents));
  return 0;
}
