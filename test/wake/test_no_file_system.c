// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A program that calls nothing of the file system (not even read) is linked without one, and its
// descriptors are numbers all the same: the lowest free one, EBADF when they are closed, waited for
// and woken.
//
// flags: -sASSERTIONS=1

#include "expect.h"
#include <emscripten.h>
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>

static void wait_for(int fd) {
  struct pollfd p = {fd, POLLIN, 0};
  EXPECT_EQ(poll(&p, 1, 1000), 1);
  EXPECT_EQ(p.revents, POLLIN);
}

int main(void) {
  // clang-format off
  EXPECT_EQ(EM_ASM_INT({ return typeof FS === 'undefined' || !FS.streams; }), 1);
  // clang-format on
  int p[2], q[2];
  MUST(pipe(p));
  MUST(pipe(q));
  EXPECT_EQ(p[0], 3);
  EXPECT_EQ(q[1], 6);
  struct pollfd standard = {1, POLLOUT, 0};
  EXPECT_EQ(poll(&standard, 1, 0), 1);
  EXPECT_EQ(write(p[1], "x", 1), 1);
  wait_for(p[0]);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(p[0], &set);
  EXPECT_EQ(select(p[0] + 1, &set, NULL, NULL, NULL), 1);
  MUST(close(p[0]));
  EXPECT_EQ(close(p[0]), -1);
  EXPECT_EQ(errno, EBADF);
  EXPECT_EQ(close(1000), -1);
  EXPECT_EQ(errno, EBADF);
  EXPECT_EQ(close(-1), -1);
  EXPECT_EQ(errno, EBADF);
  int e = eventfd(1, 0);
  EXPECT_EQ(e, 3);
  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = e};
  MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, e, &event));
  EXPECT_EQ(epoll_wait(epoll, &event, 1, -1), 1);
  EXPECT_EQ(event.data.fd, e);
  finish();
}
