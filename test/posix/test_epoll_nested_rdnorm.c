// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7), nested: an instance is ready for POLLIN and POLLRDNORM, but wakes those who watch it with
// EPOLLIN alone (ep_poll_safewake in fs/eventpoll.c): a watch for EPOLLRDNORM never hears of it.

#include "epolls.h"

int main(void) {
  int p[2], inner = MUST(epoll_create1(0)), outer = MUST(epoll_create1(0));
  MUST(pipe(p));
  int reader = p[0];
  ADD(outer, inner, EPOLLRDNORM);
  ADD(inner, reader, EPOLLIN);
  MUST(write(p[1], "x", 1));
  WAIT(outer, 0);
  POLL(inner, POLLIN | POLLRDNORM, 0);
  MOD(outer, inner, EPOLLRDNORM);
  WAIT(outer, 0);
  MOD(outer, inner, EPOLLIN | EPOLLRDNORM | EPOLLET);
  WAIT(outer, 0);
  WAIT(outer, 0);
  MUST(write(p[1], "x", 1));
  WAIT(outer, 0);
  return 0;
}
