// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// dup(2), dup2(2), dup3(2), fcntl(2): EBADF and EINVAL; dup2 onto an open descriptor closes that.

#include "transcript.h"

int main(void) {
  int p[2], q[2];
  MUST(pipe(p));
  MUST(pipe(q));
  SHOW(dup(-1));
  SHOW(dup(1000));
  SHOW(dup2(1000, 20));
  SHOW(dup2(p[0], -1));
  SHOW(dup3(p[0], p[0], 0));
  SHOW(dup3(p[0], 20, O_RDWR));
  SHOW(fcntl(1000, F_DUPFD, 0));
  SHOW(fcntl(p[0], F_DUPFD, -1));
  SHOW(close(1000));
  SHOW(close(-1));
  SHOW_AS("dup2 onto the last writer of q", dup2(p[1], q[1]) == q[1]);
  POLL(q[0], POLLIN, 0);
  MUST(write(q[1], "x", 1));
  POLL(p[0], POLLIN, 0);
  return 0;
}
