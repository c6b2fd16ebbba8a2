// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2): only what was asked for is reported, and POLLERR, POLLHUP and POLLNVAL always; a pipe
// has the NORM events beside the plain ones and no band of priority.
// gaps: 10

#include "transcript.h"

#define ALL                                                                                        \
  (POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLRDBAND | POLLWRNORM | POLLWRBAND | POLLRDHUP)

int main(void) {
  int p[2];
  MUST(pipe(p));
  printf("empty\n");
  POLL(p[0], ALL, 0);
  POLL(p[1], ALL, 0);
  printf("with a byte\n");
  MUST(write(p[1], "x", 1));
  POLL(p[0], ALL, 0);
  POLL(p[0], POLLIN, 0);
  POLL(p[0], POLLRDNORM, 0);
  POLL(p[0], POLLPRI | POLLRDBAND, 0);
  POLL(p[0], POLLOUT, 0);
  POLL(p[0], 0, 0);
  POLL(p[1], ALL, 0);
  POLL(p[1], POLLWRNORM, 0);
  POLL(p[1], POLLWRBAND, 0);
  POLL(p[1], 0, 0);
  printf("writer gone\n");
  MUST(close(p[1]));
  POLL(p[0], ALL, 0);
  POLL(p[0], 0, 0);
  char c;
  MUST(read(p[0], &c, 1));
  POLL(p[0], ALL, 0);
  return 0;
}
