// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// signal(7): a handler that runs while a call is blocked ends it with EINTR; with SA_RESTART read and
// write go on, and poll, select and epoll_wait end all the same.
//
// gaps: 4
// needs: wait

#include "signals.h"
#include <sys/epoll.h>
#include <sys/select.h>

static int p[2];

static void write_byte(void *arg) {
  (void)arg;
  write(p[1], "x", 1);
}

static void send_and_write(void *arg) {
  kill_process((void *)(intptr_t)SIGUSR1);
  when_blocked(write_byte, arg);
}

static void waits(void) {
  struct pollfd in = {p[0], POLLIN, 0};
  kill_when_blocked(SIGUSR1);
  SHOW(poll(&in, 1, -1));
  kill_when_blocked(SIGUSR1);
  SHOW(poll(&in, 1, SOON));
  kill_when_blocked(SIGUSR1);
  SHOW(poll(NULL, 0, SOON));

  fd_set set;
  FD_ZERO(&set);
  FD_SET(p[0], &set);
  kill_when_blocked(SIGUSR1);
  SHOW(select(p[0] + 1, &set, NULL, NULL, NULL));
  CHECK(FD_ISSET(p[0], &set));

  struct epoll_event event = {.events = EPOLLIN};
  int ep = MUST(epoll_create1(0));
  MUST(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &event));
  kill_when_blocked(SIGUSR1);
  SHOW(epoll_wait(ep, &event, 1, -1));
  MUST(close(ep));
  printf("handler calls: %d\n", caught[SIGUSR1]);
}

int main(void) {
  char byte;
  MUST(pipe(p));
  install(SIGUSR1, count_signal, 0);
  kill_when_blocked(SIGUSR1);
  SHOW(read(p[0], &byte, 1));
  printf("handler calls: %d\n", caught[SIGUSR1]);
  waits();

  install(SIGUSR1, count_signal, SA_RESTART);
  when_blocked(send_and_write, NULL);
  SHOW(read(p[0], &byte, 1));
  printf("handler calls: %d\n", caught[SIGUSR1]);
  waits();
  return 0;
}
