// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A full standard output: EAGAIN and no POLLOUT, until the other end has read.
//
// needs: wait
// stdin: null
// stdout: pipe socket

#include "driver.h"
#include <stdbool.h>

static char buf[4096];

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  set_nonblocking(1, 1);
  POLL(1, POLLOUT, 0);
  size_t total = 0;
  ssize_t n;
  while ((n = write(1, buf, sizeof buf)) > 0) total += (size_t)n;
  printf("%s\n", errno_name(errno));
  CHECK(total >= 65536);
  POLL(1, POLLOUT, 0);
  POLL(1, POLLOUT, 20);
  // unix_writable(): a socket wants three quarters free.
  TELL("receive %d", OUT_IS("socket") ? 170000 : 40000);
  POLL(1, POLLOUT, -1);
  CHECK(write(1, buf, 100) == 100);
  set_nonblocking(1, 0);
  TELL("receive all");
  // Bring the whole to a number that does not depend on how much fitted.
  total += 100;
  while (total < 1000000) {
    size_t len = 1000000 - total < sizeof buf ? 1000000 - total : sizeof buf;
    total += (size_t)MUST(write(1, buf, len));
  }
  return 0;
}
