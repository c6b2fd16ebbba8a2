// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7): of several threads that wait on one epoll, one gets each report of an EPOLLONESHOT
// watch, and no report is lost or comes twice.
// needs: threads wait

#include "epolls.h"
#include <stdatomic.h>
#include <sys/eventfd.h>

enum { THREADS = 3, COUNTERS = 4, ROUNDS = 25 };

static int e, stop, done;
static int counters[COUNTERS];
static _Atomic int busy[COUNTERS], taken[COUNTERS], errors;

static void handle(int i) {
  eventfd_t value = 0;
  if (busy[i]++ != 0 || eventfd_read(counters[i], &value) != 0 || value != 1) errors++;
  busy[i]--;
  struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.u32 = (uint32_t)i};
  if (epoll_ctl(e, EPOLL_CTL_MOD, counters[i], &event) != 0) errors++;
  taken[i]++;
  eventfd_write(done, 1);
}

static void *work(void *arg) {
  (void)arg;
  for (;;) {
    struct epoll_event event;
    if (epoll_wait(e, &event, 1, -1) != 1) {
      errors++;
      return NULL;
    }
    if (event.data.u32 == COUNTERS) return NULL;
    handle((int)event.data.u32);
  }
}

static void watch(int fd, uint32_t events, uint32_t number) {
  struct epoll_event event = {.events = events, .data.u32 = number};
  MUST(epoll_ctl(e, EPOLL_CTL_ADD, fd, &event));
}

int main(void) {
  pthread_t threads[THREADS];
  e = MUST(epoll_create1(0));
  stop = MUST(eventfd(0, 0));
  done = MUST(eventfd(0, EFD_SEMAPHORE));
  watch(stop, EPOLLIN, COUNTERS);
  for (int i = 0; i < COUNTERS; i++) {
    counters[i] = MUST(eventfd(0, EFD_NONBLOCK));
    watch(counters[i], EPOLLIN | EPOLLONESHOT, (uint32_t)i);
  }
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, NULL);
  for (int round = 0; round < ROUNDS; round++) {
    eventfd_t value;
    for (int i = 0; i < COUNTERS; i++) MUST(eventfd_write(counters[i], 1));
    for (int i = 0; i < COUNTERS; i++) MUST(eventfd_read(done, &value));
  }
  MUST(eventfd_write(stop, 1));
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < COUNTERS; i++) printf("counter %d: %d\n", i, taken[i]);
  printf("errors: %d\n", errors);
  return 0;
}
