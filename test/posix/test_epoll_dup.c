// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7): a watch belongs to the open file description and the number. It outlives the number
// while a copy is open; closing a copy is no event; closing the last ends it.
// gaps: 12 13

#include "epolls.h"

static char page[65536];

static void number_goes(int e) {
  int p[2];
  MUST(pipe(p));
  int reader = p[0], writer = p[1];
  ADD(e, reader, EPOLLIN);
  int copy = MUST(dup(reader));
  MUST(close(reader));
  WAIT(e, 0);
  MUST(write(writer, "a", 1));
  WAIT(e, 0);
  SHOW(epoll_ctl(e, EPOLL_CTL_DEL, reader, NULL));
  SHOW(epoll_ctl(e, EPOLL_CTL_DEL, copy, NULL));
  SHOW(control(e, EPOLL_CTL_MOD, copy, EPOLLIN, "copy"));
  ADD(e, copy, EPOLLIN);
  WAIT(e, 0);

  // The old number again, of the same description: the watch that it had is its own.
  MUST(dup2(copy, reader));
  SHOW(control(e, EPOLL_CTL_ADD, reader, EPOLLIN, "reader"));
  SHOW(epoll_ctl(e, EPOLL_CTL_DEL, reader, NULL));
  WAIT(e, 0);
  MUST(close(copy));
  WAIT(e, 0);
  MUST(close(reader));
  WAIT(e, 0);
  MUST(close(writer));
  WAIT(e, 0);
}

static void number_is_reused(int e) {
  int p[2], q[2];
  MUST(pipe(p));
  MUST(pipe(q));
  int reader = p[0];
  ADD(e, reader, EPOLLIN);
  int copy = MUST(dup(reader));
  MUST(dup2(q[0], reader));
  SHOW(epoll_ctl(e, EPOLL_CTL_DEL, reader, NULL));
  SHOW(control(e, EPOLL_CTL_ADD, reader, EPOLLIN, "other pipe"));
  MUST(write(p[1], "a", 1));
  WAIT(e, 0);
  MUST(write(q[1], "b", 1));
  WAIT(e, 0);
  MUST(close(copy));
  WAIT(e, 0);
  MUST(close(reader));
  WAIT(e, 0);
  MUST(close(q[0]));
  WAIT(e, 0);
  MUST(close(p[1]));
  MUST(close(q[1]));
}

static void no_false_edge(int e) {
  int p[2];
  MUST(pipe2(p, O_NONBLOCK));
  int reader = p[0], writer = p[1], copy = MUST(dup(reader)), writers_copy = MUST(dup(writer));
  MUST(write(writer, "a", 1));
  ADD(e, reader, EPOLLIN | EPOLLET);
  ADD(e, writer, EPOLLOUT | EPOLLET);
  WAIT(e, 0);
  MUST(close(copy));
  WAIT(e, 0);
  MUST(close(writers_copy));
  WAIT(e, 0);
  MUST(close(writer));
  WAIT(e, 0);
  WAIT(e, 0);
  MUST(read(reader, page, sizeof page));
  WAIT(e, 0);
  MUST(close(reader));
  WAIT(e, 0);
}

static void epoll_is_copied(int e) {
  int p[2];
  MUST(pipe(p));
  int reader = p[0], copy = MUST(dup(e));
  ADD(e, reader, EPOLLIN);
  MUST(write(p[1], "a", 1));
  MUST(close(e));
  WAIT(copy, 0);
  MUST(dup2(copy, e));
  WAIT(e, 0);
}

int main(void) {
  int e = MUST(epoll_create1(0));
  number_goes(e);
  number_is_reused(e);
  no_false_edge(e);
  epoll_is_copied(e);
  return 0;
}
