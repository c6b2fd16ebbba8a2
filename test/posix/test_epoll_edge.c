// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7), EPOLLET: once for each arrival. What was there when the watch was made is an arrival,
// and so is it after EPOLL_CTL_MOD; to read some of it, or that the other side drains, is none.
// gaps: 13

#include "epolls.h"

static char page[65536];

int main(void) {
  char c;
  int p[2], e = MUST(epoll_create1(0));
  MUST(pipe2(p, O_NONBLOCK));
  int reader = p[0], writer = p[1];
  MUST(write(writer, "abc", 3));
  ADD(e, reader, EPOLLIN | EPOLLET);
  WAIT(e, 0);
  WAIT(e, 0);
  MUST(read(reader, &c, 1));
  WAIT(e, 0);
  MUST(write(writer, "d", 1));
  WAIT(e, 0);
  WAIT(e, 0);
  MUST(write(writer, "e", 1));
  MUST(write(writer, "f", 1));
  WAIT(e, 0);
  WAIT(e, 0);
  MOD(e, reader, EPOLLIN | EPOLLET);
  WAIT(e, 0);
  WAIT(e, 0);

  // An arrival that is gone before the wait.
  MUST(write(writer, "g", 1));
  MUST(read(reader, page, sizeof page));
  WAIT(e, 0);
  MUST(write(writer, "h", 1));
  WAIT(e, 0);
  MUST(read(reader, page, sizeof page));
  MOD(e, reader, EPOLLIN | EPOLLET);
  WAIT(e, 0);

  // Room is an edge of the writer alone.
  ADD(e, writer, EPOLLOUT | EPOLLET);
  WAIT(e, 0);
  MUST(write(writer, page, sizeof page));
  WAIT(e, 0);
  MUST(read(reader, page, sizeof page));
  WAIT(e, 0);
  WAIT(e, 0);
  MUST(close(writer));
  WAIT(e, 0);
  WAIT(e, 0);
  return 0;
}
