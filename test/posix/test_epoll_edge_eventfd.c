// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7), EPOLLET, on an eventfd: each write is an edge for who reads, each read one for who
// writes, and neither is one for the other. From fs/eventfd.c.
// gaps: eventfd 13

#include "epolls.h"
#include <sys/eventfd.h>

int main(void) {
  eventfd_t value;
  int e = MUST(epoll_create1(0)), readers = MUST(epoll_create1(0)), both = MUST(epoll_create1(0));
  int counter = MUST(eventfd(0, EFD_NONBLOCK | EFD_SEMAPHORE));
  ADD(readers, counter, EPOLLIN | EPOLLET);
  ADD(both, counter, EPOLLIN | EPOLLOUT | EPOLLET);
  ADD(e, counter, EPOLLOUT | EPOLLET);
  WAIT(readers, 0);
  WAIT(both, 0);
  WAIT(e, 0);
  MUST(eventfd_write(counter, 2));
  WAIT(readers, 0);
  WAIT(readers, 0);
  WAIT(both, 0);
  WAIT(both, 0);
  WAIT(e, 0);
  MUST(eventfd_read(counter, &value));
  WAIT(readers, 0);
  WAIT(both, 0);
  WAIT(e, 0);
  MUST(eventfd_write(counter, 1));
  WAIT(readers, 0);
  WAIT(both, 0);
  MUST(eventfd_read(counter, &value));
  MUST(eventfd_read(counter, &value));
  SHOW(eventfd_read(counter, &value));
  WAIT(readers, 0);
  WAIT(both, 0);
  WAIT(e, 0);
  WAIT(e, 0);
  return 0;
}
