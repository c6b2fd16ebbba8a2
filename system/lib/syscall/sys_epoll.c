/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * epoll(7). libc's epoll_create, epoll_create1, epoll_ctl, epoll_wait and epoll_pwait end in the
 * first three.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/epoll.h>

#include "epoll.h"
#include "result.h"
#include "signal_mask.h"
#include "timeout.h"

int __syscall_epoll_create1(int flags) {
  return epoll_open(flags);
}

int __syscall_epoll_ctl(int epfd, int op, int fd, struct epoll_event *event) {
  return epoll_control(epfd, op, fd, event);
}

static int wait_masked(int epfd, struct epoll_event *events, int max, deadline_t deadline,
                       const sigset_t *mask) {
  struct mask_to_restore m;
  ssize_t r;
  do {
    signal_mask_during_call(mask, &m);
    r = epoll_collect(epfd, events, max, deadline);
  } while (syscall_restarts_unhandled(&r, &m));
  return (int)r;
}

int __syscall_epoll_pwait(int epfd, struct epoll_event *events, int max, int timeout,
                          const sigset_t *mask, size_t mask_size) {
  (void)mask_size;
  cancellation_point();
  return (int)act_on_cancel(wait_masked(epfd, events, max, deadline_of_ms(timeout), mask));
}

int epoll_pwait2(int epfd, struct epoll_event *events, int max, const struct timespec *timeout,
                 const sigset_t *mask) {
  cancellation_point();
  deadline_t deadline;
  int err = deadline_of_timespec(timeout, &deadline);
  return result(err ? err : wait_masked(epfd, events, max, deadline, mask));
}
