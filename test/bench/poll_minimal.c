// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The smallest program that polls a pipe. The benchmark weighs what emcc makes of it, and runs it
// once: it must end with status 0.

#include <poll.h>
#include <unistd.h>

int main(void) {
  int fds[2];
  if (pipe(fds) != 0 || write(fds[1], "x", 1) != 1) return 1;
  struct pollfd set = {.fd = fds[0], .events = POLLIN};
  return poll(&set, 1, 1000) == 1 && set.revents == POLLIN ? 0 : 1;
}
