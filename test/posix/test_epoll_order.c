// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7): of several watches of one description the latest gets onto the ready list first, for it
// is at the front of the wait queue; one with EPOLLEXCLUSIVE is at the end.

#include "epolls.h"

int main(void) {
  int p[2], e = MUST(epoll_create1(0));
  MUST(pipe(p));
  int first = p[0], second = MUST(dup(first)), third = MUST(dup(first)), fourth = MUST(dup(first));
  ADD(e, first, EPOLLIN);
  ADD(e, second, EPOLLIN);
  ADD(e, third, EPOLLIN | EPOLLEXCLUSIVE);
  ADD(e, fourth, EPOLLIN);
  MUST(write(p[1], "x", 1));
  WAIT(e, 0);
  MOD(e, first, EPOLLIN | EPOLLET);
  MUST(write(p[1], "x", 1));
  WAIT(e, 0);
  return 0;
}
