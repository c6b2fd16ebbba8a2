// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// ppoll, pselect, epoll_pwait and epoll_pwait2 swap the signal mask atomically with the wait: a blocked
// signal that is pending, or comes during the wait, ends it with EINTR; what is ready comes first.
//
// gaps: 4
// needs: wait

#include "signals.h"
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>

static int p[2], ep;
static sigset_t none;

static void show(int sig) {
  (void)sig;
  printf("handler; SIGUSR1 blocked: %d, SIGUSR2 blocked: %d\n", is_blocked_signal(SIGUSR1),
         is_blocked_signal(SIGUSR2));
}

static void every_call(const struct timespec *timeout, int ms, const sigset_t *mask) {
  struct pollfd in = {p[0], POLLIN, 0};
  struct epoll_event event;
  fd_set set;
  FD_ZERO(&set);
  FD_SET(p[0], &set);
  SHOW(ppoll(&in, 1, timeout, mask));
  CHECK(is_pending(SIGUSR1));
  CHECK(is_blocked_signal(SIGUSR1));
  raise(SIGUSR1);
  SHOW(pselect(p[0] + 1, &set, NULL, NULL, timeout, mask));
  CHECK(is_pending(SIGUSR1));
  raise(SIGUSR1);
  SHOW(epoll_pwait(ep, &event, 1, ms, mask));
  CHECK(is_pending(SIGUSR1));
  unblock(SIGUSR1);
  block(SIGUSR1);
}

int main(void) {
  struct epoll_event event = {.events = EPOLLIN};
  MUST(pipe(p));
  ep = MUST(epoll_create1(0));
  MUST(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &event));
  install(SIGUSR1, show, SA_RESTART);
  install(SIGUSR2, show, 0);
  block(SIGUSR1);
  none = set_of(0, 0);

  printf("pending before\n");
  raise(SIGUSR1);
  every_call(NULL, -1, &none);
  printf("pending before, with a time-out\n");
  raise(SIGUSR1);
  every_call(&(struct timespec){SOON / 1000, 0}, SOON, &none);
  printf("pending before, without waiting\n");
  raise(SIGUSR1);
  every_call(&(struct timespec){0, 0}, 0, &none);

  printf("during the wait\n");
  struct pollfd in = {p[0], POLLIN, 0};
  sigset_t other = set_of(SIGUSR2, 0);
  kill_when_blocked(SIGUSR1);
  SHOW(ppoll(&in, 1, NULL, &other));
  kill_when_blocked(SIGUSR1);
  SHOW(epoll_pwait(ep, &event, 1, -1, &other));

  printf("when ready\n");
  MUST(write(p[1], "x", 1));
  raise(SIGUSR1);
  every_call(NULL, -1, &none);
  CHECK(is_blocked_signal(SIGUSR1));
  unblock(SIGUSR1);
  return 0;
}
