// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll_create(2), epoll_wait(2): bad arguments; and an epoll descriptor is neither read nor
// written.
// gaps: 3

#include "epolls.h"

int main(void) {
  char c = 0;
  struct epoll_event events[2];
  struct epoll_event *nowhere = (struct epoll_event *)(UINTPTR_MAX - 15);
  int p[2], e = MUST(epoll_create1(EPOLL_CLOEXEC));
  MUST(pipe(p));

  SHOW(epoll_create(0));
  SHOW(epoll_create(-1));
  SHOW(epoll_create1(1));
  SHOW(epoll_create1(EPOLL_CLOEXEC | O_NONBLOCK));
  CHECK(fcntl(e, F_GETFD) == FD_CLOEXEC);
  int other = MUST(epoll_create(1));
  CHECK(fcntl(other, F_GETFD) == 0);
  CHECK((fcntl(other, F_GETFL) & O_ACCMODE) == O_RDWR);
  int closed = MUST(dup(e)), negative = -1;
  MUST(close(closed));

  SHOW(epoll_wait(e, events, 0, 0));
  SHOW(epoll_wait(e, events, negative, 0));
  SHOW(epoll_wait(e, events, negative, -1));
  SHOW(epoll_wait(e, events, 0x7fffffff, 0));
  SHOW(epoll_wait(e, nowhere, 2, 0));
  SHOW(epoll_wait(e, nowhere, 0, 0));
  SHOW(epoll_wait(-1, events, 2, 0));
  SHOW(epoll_wait(closed, events, 2, -1));
  SHOW(epoll_wait(p[0], events, 2, 0));
  SHOW(epoll_wait(p[0], events, 0, 0));
  SHOW(epoll_wait(p[0], nowhere, 2, 0));
  SHOW(epoll_wait(e, events, 2, 0));
  SHOW(read(e, &c, 1));
  SHOW(write(e, &c, 1));
  return 0;
}
