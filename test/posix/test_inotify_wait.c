// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// inotify(7): an instance can be waited on: read, poll, epoll; and it is shared by its duplicates.
// gaps: inotify blocking
// needs: wait

#include "inotifies.h"
#include <sys/epoll.h>

static int in;

static void make(void *path) {
  mkdir(path, 0777);
}

static void remove_watch(void *wd) {
  inotify_rm_watch(in, (int)(long)wd);
}

int main(void) {
  static char buf[4096] __attribute__((aligned(8)));
  in = MUST(inotify_init());
  WATCH(in, ".", IN_CREATE);
  POLL(in, POLLIN | POLLOUT, 0);
  when_blocked(make, "one");
  ssize_t n;
  SHOW(n = read(in, buf, sizeof buf));
  show_events_in(buf, n);
  when_blocked(make, "two");
  POLL(in, POLLIN | POLLRDNORM, SOON);
  POLL(in, POLLIN, 0);

  int ep = MUST(epoll_create1(0));
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  MUST(epoll_ctl(ep, EPOLL_CTL_ADD, in, &event));
  SHOW(epoll_wait(ep, &event, 1, 0));
  SHOW(epoll_wait(ep, &event, 1, 0));
  when_blocked(make, "three");
  SHOW(epoll_wait(ep, &event, 1, SOON));
  int copy = MUST(dup(in));
  SHOW(close(in));
  SHOW(n = read(copy, buf, sizeof buf));
  show_events_in(buf, n);
  in = copy;
  when_blocked(remove_watch, (void *)1L);
  SHOW(n = read(copy, buf, sizeof buf));
  show_events_in(buf, n);
  SHOW(fcntl(copy, F_SETFL, O_NONBLOCK));
  SHOW(read(copy, buf, sizeof buf));
  SHOW(close(copy));
  POLL(copy, POLLIN, 0);
  return 0;
}
