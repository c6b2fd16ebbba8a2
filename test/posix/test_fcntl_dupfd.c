// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// fcntl(2), F_DUPFD: a bad descriptor comes before a bad lower limit, and that one is EINVAL, not
// EMFILE.

#include "transcript.h"
#include <sys/eventfd.h>

int main(void) {
  int counter = MUST(eventfd(0, 0));
  SHOW(fcntl(counter, F_DUPFD, 1 << 30));
  SHOW(fcntl(counter, F_DUPFD_CLOEXEC, 1 << 30));
  SHOW(fcntl(counter, F_DUPFD, -1));
  SHOW(fcntl(1, F_DUPFD, 1 << 30));
  int copy = fcntl(counter, F_DUPFD_CLOEXEC, 100);
  CHECK(copy >= 100);
  SHOW(fcntl(copy, F_GETFD));
  MUST(close(counter));
  SHOW(fcntl(counter, F_DUPFD, 1 << 30));
  SHOW(fcntl(counter, F_DUPFD, 0));
  return 0;
}
