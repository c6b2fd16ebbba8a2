// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7), EPOLLEXCLUSIVE: that an instance which has not collected an event goes away is no new edge
// for another that watches the same description.

#include "epolls.h"

int main(void) {
  int p[2], first = MUST(epoll_create1(0)), second = MUST(epoll_create1(0));
  MUST(pipe(p));
  int reader = p[0];
  MUST(write(p[1], "x", 1));
  ADD(first, reader, EPOLLIN | EPOLLET | EPOLLEXCLUSIVE);
  WAIT(first, 0);
  ADD(second, reader, EPOLLIN | EPOLLEXCLUSIVE);
  MUST(close(second));
  WAIT(first, 0);
  MUST(write(p[1], "x", 1));
  WAIT(first, 0);
  WAIT(first, 0);
  return 0;
}
