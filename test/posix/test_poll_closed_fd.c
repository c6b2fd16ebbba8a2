// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2): a descriptor that is not open is POLLNVAL, is counted, and ends an infinite wait; so
// does one beyond every number in use. select(2) fails with EBADF instead.

#include "transcript.h"
#include <sys/select.h>

int main(void) {
  int p[2];
  MUST(pipe(p));
  MUST(write(p[1], "x", 1));
  int closed = MUST(dup(p[0]));
  MUST(close(closed));
  struct pollfd set[3] = {{closed, POLLIN, 0}, {p[0], POLLIN, 0}, {1000000, 0, 0}};
  SHOW(poll(set, 3, -1));
  for (int i = 0; i < 3; i++) printf("set[%d]: %s\n", i, event_names(set[i].revents));

  fd_set r;
  FD_ZERO(&r);
  FD_SET(closed, &r);
  FD_SET(p[0], &r);
  SHOW(select(closed + 1, &r, NULL, NULL, NULL));
  return 0;
}
