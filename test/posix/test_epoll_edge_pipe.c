// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7), EPOLLET on pipes: what the kernel wakes for is an edge, even if nothing has changed: a new
// size (pipe_resize_ring), and a write that finds no room (pipe_write).

#include "epolls.h"

int main(void) {
  static char out[65536];
  int p[2], e = MUST(epoll_create1(0));
  MUST(pipe2(p, O_NONBLOCK));
  int reader = p[0], writer = p[1];
  ADD(e, reader, EPOLLIN | EPOLLET);
  ADD(e, writer, EPOLLOUT | EPOLLET);
  WAIT(e, 0);
  MUST(fcntl(reader, F_SETPIPE_SZ, 4096));
  WAIT(e, 0);
  WAIT(e, 0);
  MUST(fcntl(writer, F_SETPIPE_SZ, 4096));
  WAIT(e, 0);
  SHOW(write(writer, out, sizeof out));
  WAIT(e, 0);
  SHOW(write(writer, out, 1));
  WAIT(e, 0);
  SHOW(write(writer, out, 0));
  WAIT(e, 0);
  SHOW(fcntl(writer, F_SETPIPE_SZ, 8192));
  WAIT(e, 0);
  SHOW(write(writer, out, 4097));
  WAIT(e, 0);
  SHOW(fcntl(writer, F_SETPIPE_SZ, 4096));
  WAIT(e, 0);
  return 0;
}
