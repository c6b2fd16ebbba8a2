// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// signalfd(2): a blocked signal that becomes pending ends read, poll and epoll_wait on it, without a
// handler; it becomes ready when a mask that has a pending signal is set.
//
// gaps: signalfd
// needs: wait

#include "signals.h"
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/time.h>

static int fd;
static sigset_t set;

static void widen(void *arg) {
  (void)arg;
  set = set_of(SIGUSR1, SIGUSR2);
  signalfd(fd, &set, 0);
}

static void show_read(void) {
  struct signalfd_siginfo info = {0};
  SHOW(read(fd, &info, sizeof info));
  printf("signo %d\n", (int)info.ssi_signo);
}

int main(void) {
  struct epoll_event event = {.events = EPOLLIN};
  set = set_of(SIGUSR1, SIGALRM);
  install(SIGUSR1, count_signal, 0);
  block(SIGUSR1);
  block(SIGUSR2);
  block(SIGALRM);
  fd = MUST(signalfd(-1, &set, 0));
  int ep = MUST(epoll_create1(0));
  MUST(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event));

  kill_when_blocked(SIGUSR1);
  show_read();
  kill_when_blocked(SIGUSR1);
  POLL(fd, POLLIN, SOON);
  show_read();
  kill_when_blocked(SIGUSR1);
  SHOW(epoll_wait(ep, &event, 1, SOON));
  show_read();
  SHOW(epoll_wait(ep, &event, 1, 0));

  struct itimerval value = {.it_value = {0, 20000}};
  MUST(setitimer(ITIMER_REAL, &value, NULL));
  show_read();

  raise(SIGUSR2);
  when_blocked(widen, NULL);
  POLL(fd, POLLIN, SOON);
  show_read();

  // A signal of another thread's, or one that is not in the mask, does not end it.
  install(SIGTERM, count_signal, 0);
  kill_when_blocked(SIGTERM);
  show_read();
  printf("caught: %d %d\n", caught[SIGTERM], caught[SIGUSR1]);
  return 0;
}
