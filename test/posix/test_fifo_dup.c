// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// dup(2), fcntl(2): a duplicate is the same end; opening again is another one, with flags of its own.
// gaps: fifo

#include "scratch.h"
#include <sys/ioctl.h>

int main(void) {
  char buf[8];
  int on = 1;
  MUST(mkfifo("f", 0600));
  int r = MUST(open("f", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  int w = MUST(open("f", O_WRONLY));
  CHECK(fcntl(r, F_GETFD) == FD_CLOEXEC);
  CHECK(fcntl(w, F_GETFD) == 0);
  int w2 = MUST(dup(w)), w3 = MUST(open("f", O_WRONLY));
  SHOW(fcntl(w2, F_SETFL, O_NONBLOCK));
  CHECK(fcntl(w, F_GETFL) & O_NONBLOCK);
  CHECK(!(fcntl(w3, F_GETFL) & O_NONBLOCK));
  SHOW(ioctl(w3, FIONBIO, &on));
  CHECK(fcntl(w3, F_GETFL) & O_NONBLOCK);
  SHOW(close(w));
  SHOW(close(w3));
  POLL(r, POLLIN, 0);
  SHOW(write(w2, "ab", 2));
  int r2 = MUST(fcntl(r, F_DUPFD_CLOEXEC, 20));
  CHECK(fcntl(r2, F_GETFD) == FD_CLOEXEC);
  SHOW(close(r));
  POLL(w2, POLLOUT, 0);
  SHOW(dup2(w2, r2) == r2);
  POLL(w2, POLLOUT, 0);
  SHOW(close(w2));
  r = MUST(open("f", O_RDONLY | O_NONBLOCK));
  SHOW(read(r, buf, sizeof buf));
  SHOW(read(r, buf, sizeof buf));
  SHOW(close(r2));
  SHOW(read(r, buf, sizeof buf));
  POLL(r, POLLIN, 0);
  SHOW(close(r2));
  return 0;
}
