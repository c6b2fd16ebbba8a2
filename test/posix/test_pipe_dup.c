// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// dup(2), dup3(2), F_DUPFD: the copies share the open file description; its status flags are
// common, FD_CLOEXEC is each one's own, and it lives until the last of them is closed.
// gaps: 17

#include "transcript.h"

int main(void) {
  char c;
  int p[2];
  MUST(pipe(p));
  int a = MUST(dup(p[1]));
  int b = SHOW(fcntl(p[1], F_DUPFD, 100));
  int d = SHOW(fcntl(p[1], F_DUPFD_CLOEXEC, 200));
  SHOW(dup2(p[1], 150));
  SHOW(dup2(150, 150));
  SHOW(dup3(p[1], 160, O_CLOEXEC));
  printf("FD_CLOEXEC: %d %d %d %d %d\n", fcntl(a, F_GETFD), fcntl(b, F_GETFD), fcntl(d, F_GETFD),
         fcntl(150, F_GETFD), fcntl(160, F_GETFD));
  set_nonblocking(p[1], 1);
  CHECK(fcntl(a, F_GETFL) & O_NONBLOCK);
  CHECK(fcntl(160, F_GETFL) & O_NONBLOCK);
  CHECK(fcntl(p[0], F_GETFL) & O_NONBLOCK);
  SHOW(write(a, "x", 1));
  SHOW(write(160, "x", 1));
  MUST(close(p[1]));
  MUST(close(a));
  MUST(close(b));
  MUST(close(d));
  MUST(close(150));
  SHOW(read(p[0], &c, 1));
  SHOW(read(p[0], &c, 1));
  POLL(p[0], POLLIN, 0);
  MUST(close(160));
  POLL(p[0], POLLIN, 0);
  SHOW(read(p[0], &c, 1));
  return 0;
}
