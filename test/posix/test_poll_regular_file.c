// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2): a regular file, a directory and /dev/null are always ready, for reading and writing.

#include "transcript.h"

#define ALL (POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLWRNORM)

int main(void) {
  char name[] = "/tmp/emwake-poll-XXXXXX";
  int file = MUST(mkstemp(name));
  MUST(unlink(name));
  int directory = MUST(open("/", O_RDONLY | O_DIRECTORY));
  int null = MUST(open("/dev/null", O_RDWR));
  POLL(file, ALL, 0);
  POLL(file, POLLIN, -1);
  POLL(file, 0, 0);
  POLL(directory, POLLIN, 0);
  POLL(null, ALL, 0);
  return 0;
}
