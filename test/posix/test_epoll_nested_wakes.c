// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7): what happens at the bottom of a stack of epolls wakes who waits at its top, with
// epoll_wait or with poll.
// needs: wait

#include "epolls.h"
#include <sys/eventfd.h>

static int outer, middle, inner, counter;

static void do_count(void *arg) {
  (void)arg;
  eventfd_write(counter, 1);
}

static void do_add(void *arg) {
  (void)arg;
  control(inner, EPOLL_CTL_ADD, counter, EPOLLIN, "counter");
}

int main(void) {
  eventfd_t value;
  outer = MUST(epoll_create1(0));
  middle = MUST(epoll_create1(0));
  inner = MUST(epoll_create1(0));
  counter = MUST(eventfd(0, 0));
  ADD(inner, counter, EPOLLIN);
  ADD(middle, inner, EPOLLIN);
  ADD(outer, middle, EPOLLIN);
  when_blocked(do_count, NULL);
  WAIT(outer, -1);
  WAIT(outer, -1);
  MUST(eventfd_read(counter, &value));
  WAIT(outer, 20);

  when_blocked(do_count, NULL);
  POLL(outer, POLLIN, -1);
  MUST(eventfd_read(counter, &value));
  POLL(outer, POLLIN, 20);
  when_blocked(do_count, NULL);
  POLL(inner, POLLIN, -1);

  DEL(inner, counter);
  WAIT(outer, 0);
  when_blocked(do_add, NULL);
  WAIT(outer, -1);
  WAIT(inner, -1);
  return 0;
}
