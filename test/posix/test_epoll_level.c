// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7): level-triggered watches report what is so now, as often as asked; EPOLLERR and EPOLLHUP
// come unasked.

#include "epolls.h"
#include <sys/eventfd.h>

int main(void) {
  char c;
  eventfd_t value;
  int p[2], e = MUST(epoll_create1(0));
  MUST(pipe(p));
  int reader = p[0], writer = p[1], counter = MUST(eventfd(0, EFD_NONBLOCK));
  WAIT(e, 0);
  ADD(e, reader, EPOLLIN);
  ADD(e, counter, EPOLLIN);
  WAIT(e, 0);
  MUST(write(writer, "ab", 2));
  WAIT(e, 0);
  WAIT(e, 0);
  MUST(eventfd_write(counter, 3));
  WAIT(e, 0);
  MUST(read(reader, &c, 1));
  MUST(eventfd_read(counter, &value));
  WAIT(e, 0);
  MUST(read(reader, &c, 1));
  WAIT(e, 0);

  MOD(e, counter, EPOLLOUT);
  WAIT(e, 0);
  MOD(e, counter, 0);
  WAIT(e, 0);
  MUST(eventfd_write(counter, 1));
  WAIT(e, 0);
  MOD(e, counter, EPOLLIN | EPOLLOUT | EPOLLRDNORM | EPOLLPRI | EPOLLRDHUP);
  WAIT(e, 0);
  DEL(e, counter);
  WAIT(e, 0);

  MOD(e, reader, 0);
  MUST(close(writer));
  WAIT(e, 0);
  MOD(e, reader, EPOLLIN);
  WAIT(e, 0);

  MUST(pipe(p));
  writer = p[1];
  ADD(e, writer, EPOLLIN);
  DEL(e, reader);
  WAIT(e, 0);
  MUST(close(p[0]));
  WAIT(e, 0);
  WAIT(e, 0);
  return 0;
}
