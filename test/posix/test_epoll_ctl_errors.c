// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll_ctl(2): its errors, and which comes first: EFAULT, EBADF, EPERM, EINVAL, then EEXIST and
// ENOENT. From do_epoll_ctl() of fs/eventpoll.c.
// gaps: 3 14

#include "epolls.h"

static struct epoll_event in = {.events = EPOLLIN};

static void exclusive(int e, int fd) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT};
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, fd, &event));
  event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLRDHUP;
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, fd, &event));
  event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLPRI;
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, fd, &event));
  event.events = EPOLLIN | EPOLLEXCLUSIVE;
  int inner = MUST(epoll_create1(0));
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, inner, &event));
  SHOW(epoll_ctl(e, EPOLL_CTL_MOD, fd, &event));
  event.events = EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLET | EPOLLEXCLUSIVE;
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, fd, &event));
  SHOW(epoll_ctl(e, EPOLL_CTL_MOD, fd, &event));
  SHOW(epoll_ctl(e, EPOLL_CTL_MOD, fd, &in));
  SHOW(epoll_ctl(e, EPOLL_CTL_DEL, fd, NULL));
}

int main(void) {
  char name[] = "/tmp/epoll_XXXXXX";
  int p[2], e = MUST(epoll_create1(0));
  MUST(pipe(p));
  int file = MUST(mkstemp(name));
  MUST(unlink(name));
  int copy = MUST(dup(e)), closed = MUST(dup(p[0]));
  MUST(close(closed));

  SHOW(epoll_ctl(closed, EPOLL_CTL_ADD, p[0], &in));
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, closed, &in));
  SHOW(epoll_ctl(-1, EPOLL_CTL_ADD, p[0], &in));
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, -1, &in));
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, p[0], NULL));
  SHOW(epoll_ctl(closed, EPOLL_CTL_MOD, p[0], NULL));
  SHOW(epoll_ctl(closed, EPOLL_CTL_DEL, p[0], NULL));
  SHOW(epoll_ctl(e, 77, p[0], NULL));

  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, file, &in));
  SHOW(epoll_ctl(e, EPOLL_CTL_DEL, file, NULL));
  SHOW(epoll_ctl(p[0], EPOLL_CTL_ADD, file, &in));
  SHOW(epoll_ctl(e, 77, file, &in));
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, e, &in));
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, copy, &in));
  SHOW(epoll_ctl(p[0], EPOLL_CTL_ADD, p[1], &in));
  SHOW(epoll_ctl(e, 77, p[0], &in));

  SHOW(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &in));
  SHOW(epoll_ctl(e, EPOLL_CTL_DEL, p[0], NULL));
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &in));
  SHOW(epoll_ctl(copy, EPOLL_CTL_ADD, p[0], &in));
  SHOW(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &in));
  SHOW(epoll_ctl(e, 77, p[0], &in));
  SHOW(epoll_ctl(copy, EPOLL_CTL_DEL, p[0], NULL));
  exclusive(e, p[0]);
  return 0;
}
