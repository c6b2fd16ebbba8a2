// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// signal(7): a handler that runs while a call is blocked ends it with EINTR; with SA_RESTART read and
// write go on, and poll, select and epoll_wait end all the same.
//
// gaps: 4
// needs: wait

#include "transcript.h"
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>

static volatile int calls;
static int p[2];

static void handler(int sig) {
  calls += sig == SIGUSR1;
}

static void install(int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigemptyset(&action.sa_mask);
  MUST(sigaction(SIGUSR1, &action, NULL));
}

static void send_signal(void *arg) {
  (void)arg;
  kill(getpid(), SIGUSR1);
}

static void write_byte(void *arg) {
  (void)arg;
  write(p[1], "x", 1);
}

static void send_and_write(void *arg) {
  kill(getpid(), SIGUSR1);
  when_blocked(write_byte, arg);
}

static void waits(void) {
  struct pollfd in = {p[0], POLLIN, 0};
  when_blocked(send_signal, NULL);
  SHOW(poll(&in, 1, -1));
  when_blocked(send_signal, NULL);
  SHOW(poll(&in, 1, SOON));
  when_blocked(send_signal, NULL);
  SHOW(poll(NULL, 0, SOON));

  fd_set set;
  FD_ZERO(&set);
  FD_SET(p[0], &set);
  when_blocked(send_signal, NULL);
  SHOW(select(p[0] + 1, &set, NULL, NULL, NULL));
  CHECK(FD_ISSET(p[0], &set));

  struct epoll_event event = {.events = EPOLLIN};
  int ep = MUST(epoll_create1(0));
  MUST(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &event));
  when_blocked(send_signal, NULL);
  SHOW(epoll_wait(ep, &event, 1, -1));
  MUST(close(ep));
  printf("handler calls: %d\n", calls);
}

int main(void) {
  char byte;
  MUST(pipe(p));
  install(0);
  when_blocked(send_signal, NULL);
  SHOW(read(p[0], &byte, 1));
  printf("handler calls: %d\n", calls);
  waits();

  install(SA_RESTART);
  when_blocked(send_and_write, NULL);
  SHOW(read(p[0], &byte, 1));
  printf("handler calls: %d\n", calls);
  waits();
  return 0;
}
