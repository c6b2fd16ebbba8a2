// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// exit() in a thread ends a program at once whose threads block for ever, each in another call, and
// main among them. (Where main is suspended, emscripten_force_exit() is what ends a program.)
//
// needs: threads wait
// modes: pthread proxy_to_pthread

#include "expect.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>

static int p[2];
static atomic_int started;

static void *in_read(void *arg) {
  started++;
  read(p[0], &(char){0}, 1);
  EXPECT(!"woken");
  return arg;
}

static void *in_poll(void *arg) {
  started++;
  poll(&(struct pollfd){p[0], POLLIN, 0}, 1, -1);
  EXPECT(!"woken");
  return arg;
}

static void *in_epoll_wait(void *arg) {
  struct epoll_event event = {.events = EPOLLIN};
  int e = MUST(epoll_create1(0));
  MUST(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &event));
  started++;
  epoll_wait(e, &event, 1, -1);
  EXPECT(!"woken");
  return arg;
}

static void *in_select(void *arg) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(p[0], &set);
  started++;
  select(p[0] + 1, &set, NULL, NULL, NULL);
  EXPECT(!"woken");
  return arg;
}

static void *exits(void *arg) {
  while (started < 5) {
    usleep(1000);
  }
  exit(status_of_test());
  return arg;
}

int main(void) {
  void *(*run[])(void *) = {in_read, in_poll, in_epoll_wait, in_select, exits};
  MUST(pipe(p));
  for (int i = 0; i < 5; i++) {
    pthread_t thread;
    EXPECT_EQ(pthread_create(&thread, NULL, run[i], NULL), 0);
    EXPECT_EQ(pthread_detach(thread), 0);
  }
  in_read(NULL);
  return 1;
}
