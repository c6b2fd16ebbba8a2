// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// ioctl_tty(2), FIONBIO: sets and clears O_NONBLOCK of the open file description.
// gaps: 19

#include "transcript.h"
#include <sys/ioctl.h>

int main(void) {
  char c;
  int p[2];
  int on = 1, off = 0;
  MUST(pipe(p));
  int again = MUST(dup(p[0]));
  SHOW(ioctl(p[0], FIONBIO, &on));
  CHECK(fcntl(p[0], F_GETFL) & O_NONBLOCK);
  CHECK(fcntl(again, F_GETFL) & O_NONBLOCK);
  CHECK(fcntl(p[1], F_GETFL) & O_NONBLOCK);
  SHOW(read(p[0], &c, 1));
  SHOW(ioctl(again, FIONBIO, &off));
  CHECK(fcntl(p[0], F_GETFL) & O_NONBLOCK);
  SHOW(ioctl(p[0], FIONBIO, NULL));
  MUST(close(again));
  SHOW(ioctl(again, FIONBIO, &on));
  return 0;
}
