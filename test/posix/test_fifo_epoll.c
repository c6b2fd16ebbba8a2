// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7) over the ends of a FIFO: readiness, and what is an edge as partners come and go.
// gaps: fifo

#include "scratch.h"
#include "epolls.h"

int main(void) {
  char buf[8];
  MUST(mkfifo("f", 0600));
  int ep = MUST(epoll_create1(0));
  int r = MUST(open("f", O_RDONLY | O_NONBLOCK));
  ADD(ep, r, EPOLLIN | EPOLLET);
  WAIT(ep, 0);
  int w = MUST(open("f", O_WRONLY));
  WAIT(ep, 0);
  ADD(ep, w, EPOLLOUT | EPOLLET);
  WAIT(ep, 0);
  WAIT(ep, 0);
  SHOW(write(w, "abc", 3));
  WAIT(ep, 0);
  WAIT(ep, 0);
  int w2 = MUST(open("f", O_WRONLY));
  WAIT(ep, 0);
  SHOW(close(w2));
  WAIT(ep, 0);
  SHOW(close(w));
  WAIT(ep, 0);
  WAIT(ep, 0);
  w = MUST(open("f", O_WRONLY));
  WAIT(ep, 0);
  SHOW(read(r, buf, sizeof buf));
  WAIT(ep, 0);
  int both = MUST(open("f", O_RDWR));
  ADD(ep, both, EPOLLIN | EPOLLOUT | EPOLLET);
  WAIT(ep, 0);
  SHOW(write(both, "xyz", 3));
  WAIT(ep, 0);
  SHOW(close(w));
  WAIT(ep, 0);
  SHOW(close(r));
  WAIT(ep, 0);
  return 0;
}
