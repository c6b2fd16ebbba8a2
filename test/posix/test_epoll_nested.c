// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7): an epoll descriptor is readable while a watch of it is ready, for poll and for another
// epoll. Loops, and stacks that are too high, are ELOOP.

#include "epolls.h"

static void readiness(void) {
  char c;
  int p[2];
  int outer = MUST(epoll_create1(0)), middle = MUST(epoll_create1(0)),
      inner = MUST(epoll_create1(0));
  MUST(pipe(p));
  int reader = p[0], writer = p[1];
  ADD(outer, middle, EPOLLIN);
  ADD(middle, inner, EPOLLIN | EPOLLOUT | EPOLLRDNORM);
  ADD(inner, reader, EPOLLIN);
  POLL(inner, POLLIN | POLLOUT | POLLRDNORM | POLLPRI, 0);
  WAIT(outer, 0);
  MUST(write(writer, "a", 1));
  POLL(inner, POLLIN | POLLOUT | POLLRDNORM | POLLPRI, 0);
  POLL(outer, POLLIN, 0);
  WAIT(outer, 0);
  WAIT(middle, 0);
  WAIT(inner, 0);
  MUST(read(reader, &c, 1));
  POLL(outer, POLLIN, 0);
  POLL(inner, POLLIN, 0);
  WAIT(outer, 0);
  MUST(write(writer, "b", 1));
  WAIT(outer, 0);
  DEL(inner, reader);
  POLL(outer, POLLIN, 0);
  WAIT(outer, 0);
  ADD(inner, reader, EPOLLIN);
  WAIT(outer, 0);
  MUST(close(inner));
  WAIT(middle, 0);
  WAIT(outer, 0);
}

static void edges(void) {
  int p[2], outer = MUST(epoll_create1(0)), inner = MUST(epoll_create1(0));
  MUST(pipe(p));
  int reader = p[0], writer = p[1];
  ADD(inner, reader, EPOLLIN);
  ADD(outer, inner, EPOLLIN | EPOLLET);
  MUST(write(writer, "a", 1));
  WAIT(outer, 0);
  WAIT(outer, 0);
  MUST(write(writer, "b", 1));
  WAIT(outer, 0);
  WAIT(outer, 0);
  WAIT(inner, 0);
  MOD(inner, reader, EPOLLIN | EPOLLET);
  WAIT(inner, 0);
  WAIT(inner, 0);
  POLL(inner, POLLIN, 0);
  WAIT(outer, 0);
}

static void loops(void) {
  int e[9];
  for (int i = 0; i < 9; i++) e[i] = MUST(epoll_create1(0));
  SHOW(control(e[0], EPOLL_CTL_ADD, e[1], EPOLLIN, ""));
  SHOW(control(e[1], EPOLL_CTL_ADD, e[0], EPOLLIN, ""));
  SHOW(control(e[1], EPOLL_CTL_ADD, e[2], EPOLLIN, ""));
  SHOW(control(e[2], EPOLL_CTL_ADD, e[0], EPOLLIN, ""));
  SHOW(control(e[2], EPOLL_CTL_ADD, e[1], EPOLLIN, ""));
  SHOW(control(e[0], EPOLL_CTL_ADD, e[2], EPOLLIN, ""));
  SHOW(control(e[0], EPOLL_CTL_ADD, e[2], EPOLLIN, ""));
  SHOW(control(e[2], EPOLL_CTL_MOD, e[0], EPOLLIN, ""));
  for (int i = 0; i < 9; i++) MUST(close(e[i]));
}

// Kernels differ in how many more than four links they allow.
static void heights(void) {
  int below = MUST(epoll_create1(0)), failed = 0;
  for (int i = 1; i <= 8; i++) {
    int above = MUST(epoll_create1(0));
    int result = control(above, EPOLL_CTL_ADD, below, EPOLLIN, "");
    if (i <= 4) show_result("one higher", result);
    failed |= result == -1 && errno == ELOOP;
    below = above;
    if (failed) break;
  }
  CHECK(failed);
}

int main(void) {
  readiness();
  edges();
  loops();
  heights();
  return 0;
}
