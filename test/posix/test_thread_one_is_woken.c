// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7), pipe(7): of several threads that wait in epoll_wait on one instance, an edge wakes one; of
// several that read from one pipe, each byte wakes one, and one write of several bytes as many as
// there are bytes for.
// needs: threads wait

#include "transcript.h"
#include <stdatomic.h>
#include <sys/epoll.h>

enum { THREADS = 3 };

static int work[2], report[2], e;
static atomic_int started;

static void *wait_in_epoll(void *arg) {
  struct epoll_event event;
  started++;
  int n = epoll_wait(e, &event, 1, -1);
  write(report[1], n == 1 && event.events == EPOLLIN ? "e" : "?", 1);
  return arg;
}

static void *wait_in_read(void *arg) {
  char c = 0;
  started++;
  if (read(work[0], &c, 1) != 1) c = '?';
  write(report[1], &c, 1);
  return arg;
}

static void start(pthread_t *threads, void *(*run)(void *)) {
  started = 0;
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, run, NULL);
  while (started < THREADS) usleep(1000);
  usleep(20000); // to have them asleep is of interest; the answer does not depend on it
}

static void expect_report(void) {
  char c = 0;
  MUST(read(report[0], &c, 1));
  printf("%c, ", c);
  POLL(report[0], POLLIN, 20);
}

static void one_each(const char *what, void *(*run)(void *)) {
  pthread_t threads[THREADS];
  printf("%s\n", what);
  start(threads, run);
  for (int i = 0; i < THREADS; i++) {
    MUST(write(work[1], "abc" + i, 1));
    expect_report();
  }
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}

int main(void) {
  pthread_t threads[THREADS];
  char bytes[THREADS];
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  MUST(pipe(work));
  MUST(pipe(report));
  e = MUST(epoll_create1(0));
  MUST(epoll_ctl(e, EPOLL_CTL_ADD, work[0], &event));
  one_each("epoll_wait", wait_in_epoll);
  MUST(read(work[0], bytes, THREADS));
  one_each("read", wait_in_read);

  start(threads, wait_in_read);
  MUST(write(work[1], "xxx", THREADS));
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  SHOW(read(report[0], bytes, THREADS));
  printf("%.3s\n", bytes);
  return 0;
}
