// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll, select and epoll say when standard input is readable, not before, and at its end; they do
// so together with a pipe of the program's.
//
// gaps: 15 20
// needs: wait
// stdin: pipe socket tty

#include "driver.h"
#include <sys/epoll.h>
#include <sys/select.h>

static int p[2];

static void show_select(void) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(0, &set);
  FD_SET(p[0], &set);
  int n = select(p[0] + 1, &set, NULL, NULL, NULL);
  printf("select = %d: %d %d\n", n, !!FD_ISSET(0, &set), !!FD_ISSET(p[0], &set));
}

static void show_epoll(int epoll, int timeout) {
  struct epoll_event events[4];
  int n = epoll_wait(epoll, events, 4, timeout);
  printf("epoll_wait = %d:", n);
  for (int i = 0; i < n; i++) printf(" %d %s", events[i].data.fd, event_names(events[i].events));
  printf("\n");
}

int main(int argc, char **argv) {
  (void)argc;
  MUST(pipe(p));
  POLL(0, POLLIN | POLLRDNORM, 0);
  POLL(0, POLLIN, 20);
  TELL("write one\\n");
  POLL(0, POLLIN | POLLRDNORM, -1);
  show_read(0, 4);
  POLL(0, POLLIN, 0);
  TELL("write two\\n");
  show_select();
  show_read(0, 100);
  MUST(write(p[1], "x", 1));
  show_select();
  show_read(p[0], 1);

  int epoll = MUST(epoll_create1(0));
  struct epoll_event level = {.events = EPOLLIN, .data.fd = 0};
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &level));
  show_epoll(epoll, 0);
  TELL("write three\\n");
  show_epoll(epoll, -1);
  show_read(0, 2);
  show_epoll(epoll, -1);
  show_read(0, 100);
  show_epoll(epoll, 0);
  struct epoll_event edge = {.events = EPOLLIN | EPOLLET, .data.fd = 0};
  SHOW(epoll_ctl(epoll, EPOLL_CTL_MOD, 0, &edge));
  TELL("write four\\n");
  show_epoll(epoll, -1);
  show_epoll(epoll, 0);
  set_nonblocking(0, 1);
  while (show_read(0, 3) > 0) continue;
  TELL("write five\\n");
  show_epoll(epoll, -1);
  int copy = MUST(dup(0));
  while (show_read(copy, 100) > 0) continue;
  set_nonblocking(copy, 0);
  POLL(copy, POLLIN, 0);
  close(epoll);

  TELL("%s", IN_IS("tty") ? "write \\004" : IN_IS("socket") ? "shutdown" : "end");
  POLL(0, POLLIN | POLLRDHUP, -1);
  show_read(0, 100);
  POLL(0, POLLIN | POLLRDHUP, 0);
  return 0;
}
