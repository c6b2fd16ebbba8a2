// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What the differential tests of epoll print with. A watch carries the name of its descriptor, and
// a wait prints what came in the order in which it came.

#ifndef EMWAKE_TEST_EPOLLS_H
#define EMWAKE_TEST_EPOLLS_H

#include "transcript.h"
#include <sys/epoll.h>

// epoll_ctl whose data is a name.
static UNUSED int control(int epoll, int op, int fd, uint32_t events, const char *name) {
  struct epoll_event event = {.events = events, .data.ptr = (void *)name};
  return epoll_ctl(epoll, op, fd, &event);
}

// Preparation: a watch by the name of the variable.
#define ADD(epoll, fd, events) MUST(control(epoll, EPOLL_CTL_ADD, fd, events, #fd))
#define MOD(epoll, fd, events) MUST(control(epoll, EPOLL_CTL_MOD, fd, events, #fd))
#define DEL(epoll, fd) MUST(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL))

static UNUSED void show_events(const char *name, const struct epoll_event *events, int n) {
  if (n < 0) {
    printf("%s: -1 %s\n", name, errno_name(errno));
    return;
  }
  printf("%s: %d", name, n);
  for (int i = 0; i < n; i++) {
    printf(", %s %s", (const char *)events[i].data.ptr, event_names((int)events[i].events));
  }
  printf("\n");
}

static UNUSED int show_wait(const char *name, int epoll, int max, int timeout) {
  struct epoll_event events[16];
  int n = epoll_wait(epoll, events, max, timeout);
  show_events(name, events, n);
  return n;
}

// Waits for up to 16 events and prints them.
#define WAIT(epoll, timeout) show_wait(#epoll, epoll, 16, timeout)

#endif
