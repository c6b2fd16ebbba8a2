// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7): threads that wait for edges on one instance, and each on one of its own with
// EPOLLEXCLUSIVE, empty what they are told of: every token is taken once, with nobody to look twice.
// needs: threads wait

#include "transcript.h"
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

enum { THREADS = 3, PUTTERS = 2, TOKENS = 400 };

static int instances[THREADS], counter, stop;
static atomic_int taken, errors;

static void *collect(void *arg) {
  int e = *(int *)arg;
  for (;;) {
    struct epoll_event event;
    eventfd_t value;
    if (epoll_wait(e, &event, 1, -1) != 1) errors++;
    if (event.data.fd == stop) return NULL;
    while (eventfd_read(counter, &value) == 0) taken += (int)value;
    if (errno != EAGAIN) errors++;
  }
}

// One after the other, so that each token has an event of its own.
static void *put(void *turn) {
  (void)turn;
  for (int i = 0; i < TOKENS; i++) {
    if (eventfd_write(counter, 1) != 0) errors++;
    if (i % 16 == 0) usleep(100);
  }
  return NULL;
}

static void watch(int e, int fd, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  MUST(epoll_ctl(e, EPOLL_CTL_ADD, fd, &event));
}

static void run(const char *what, int shared, uint32_t events) {
  pthread_t threads[THREADS], putters[PUTTERS];
  counter = MUST(eventfd(0, EFD_NONBLOCK));
  stop = MUST(eventfd(0, 0));
  taken = errors = 0;
  for (int i = 0; i < THREADS; i++) {
    instances[i] = i && shared ? instances[0] : MUST(epoll_create1(0));
    if (i && shared) continue;
    watch(instances[i], counter, EPOLLIN | events);
    watch(instances[i], stop, EPOLLIN);
  }
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, collect, &instances[i]);
  for (int i = 0; i < PUTTERS; i++) pthread_create(&putters[i], NULL, put, NULL);
  for (int i = 0; i < PUTTERS; i++) pthread_join(putters[i], NULL);
  while (taken < PUTTERS * TOKENS) usleep(1000);
  MUST(eventfd_write(stop, 1));
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  printf("%s: taken %d, errors %d\n", what, taken, errors);
  for (int i = 0; i < (shared ? 1 : THREADS); i++) MUST(close(instances[i]));
  MUST(close(counter));
  MUST(close(stop));
}

int main(void) {
  run("one instance, EPOLLET", 1, EPOLLET);
  run("one instance, level-triggered", 1, 0);
  run("an instance each, EPOLLEXCLUSIVE", 0, EPOLLEXCLUSIVE);
  run("an instance each, EPOLLEXCLUSIVE and EPOLLET", 0, EPOLLEXCLUSIVE | EPOLLET);
  return 0;
}
