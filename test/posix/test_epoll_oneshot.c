// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll_ctl(2), EPOLLONESHOT: after one report the watch is still there but says nothing, not even
// EPOLLHUP, until EPOLL_CTL_MOD.

#include "epolls.h"

int main(void) {
  char c;
  int p[2], e = MUST(epoll_create1(0));
  MUST(pipe(p));
  int reader = p[0], writer = p[1];
  ADD(e, reader, EPOLLIN | EPOLLONESHOT);
  WAIT(e, 0);
  MUST(write(writer, "a", 1));
  WAIT(e, 0);
  WAIT(e, 0);
  MUST(write(writer, "b", 1));
  WAIT(e, 0);
  POLL(e, POLLIN, 0);
  SHOW(control(e, EPOLL_CTL_ADD, reader, EPOLLIN, "again"));
  MOD(e, reader, EPOLLIN | EPOLLONESHOT);
  POLL(e, POLLIN, 0);
  WAIT(e, 0);
  MUST(read(reader, &c, 1));
  MUST(read(reader, &c, 1));
  MOD(e, reader, EPOLLIN | EPOLLONESHOT | EPOLLET);
  WAIT(e, 0);
  MUST(write(writer, "c", 1));
  WAIT(e, 0);
  MUST(write(writer, "d", 1));
  WAIT(e, 0);
  MUST(close(writer));
  WAIT(e, 0);
  MOD(e, reader, EPOLLIN | EPOLLONESHOT | EPOLLET);
  WAIT(e, 0);
  WAIT(e, 0);
  MOD(e, reader, EPOLLIN);
  WAIT(e, 0);
  WAIT(e, 0);
  SHOW(epoll_ctl(e, EPOLL_CTL_DEL, reader, NULL));
  return 0;
}
