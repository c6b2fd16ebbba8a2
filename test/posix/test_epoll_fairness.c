// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll_wait(2): when more is ready than fits, further calls go round all of it (NOTES).

#include "epolls.h"

static const char *const names[] = {"0", "1", "2", "3", "4"};

int main(void) {
  int p[5][2], e = MUST(epoll_create1(0));
  for (int i = 0; i < 5; i++) {
    MUST(pipe(p[i]));
    MUST(control(e, EPOLL_CTL_ADD, p[i][0], EPOLLIN, names[i]));
  }
  for (int i = 4; i >= 0; i--) MUST(write(p[i][1], "x", 1));
  for (int i = 0; i < 6; i++) show_wait("two", e, 2, 0);
  show_wait("all", e, 16, 0);
  for (int i = 0; i < 5; i++) show_wait("one", e, 1, 0);

  // An edge that did not fit is kept.
  for (int i = 0; i < 5; i++) {
    MUST(control(e, EPOLL_CTL_MOD, p[i][0], EPOLLIN | (i % 2 ? EPOLLET : 0), names[i]));
  }
  show_wait("all", e, 16, 0);
  for (int i = 0; i < 5; i++) MUST(write(p[i][1], "x", 1));
  for (int i = 0; i < 6; i++) show_wait("two", e, 2, 0);
  MUST(epoll_ctl(e, EPOLL_CTL_DEL, p[0][0], NULL));
  MUST(close(p[2][0]));
  show_wait("all", e, 16, 0);
  return 0;
}
