// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// timerfd_create(2): threads that sleep on a timer, by read, poll and epoll_wait, wake when it
// expires, also if another thread sets it; of those that read, one gets the expiration.
// gaps: timerfd
// needs: threads wait

#include "timerfds.h"
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

static int t, e, done;
static _Atomic int reads;

static void *reader(void *arg) {
  (void)arg;
  long long ticks = read_timer(t);
  reads += ticks == 1;
  eventfd_write(done, 1);
  return NULL;
}

static void *poller(void *arg) {
  struct pollfd p = {t, POLLIN, 0};
  *(int *)arg = poll(&p, 1, -1) == 1 ? p.revents : -1;
  eventfd_write(done, 1);
  return NULL;
}

static void *collector(void *arg) {
  struct epoll_event event = {0};
  *(int *)arg = epoll_wait(e, &event, 1, -1) == 1 ? (int)event.events : -1;
  eventfd_write(done, 1);
  return NULL;
}

static void set_soon(void *arg) {
  (void)arg;
  set_timer(t, 0, 5 * MS, 0);
}

static void finish(pthread_t *threads, int n) {
  eventfd_t value;
  for (int i = 0; i < n; i++) eventfd_read(done, &value);
  for (int i = 0; i < n; i++) pthread_join(threads[i], NULL);
}

int main(void) {
  pthread_t threads[2];
  int polled = 0, collected = 0;
  t = MUST(timerfd_create(CLOCK_MONOTONIC, 0));
  e = MUST(epoll_create1(0));
  done = MUST(eventfd(0, EFD_SEMAPHORE));
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  MUST(epoll_ctl(e, EPOLL_CTL_ADD, t, &event));

  // Main sleeps, too, and acts once it does.
  pthread_create(&threads[0], NULL, poller, &polled);
  pthread_create(&threads[1], NULL, collector, &collected);
  when_blocked(set_soon, NULL);
  POLL(t, POLLIN, -1);
  finish(threads, 2);
  printf("poll %s, epoll_wait %s\n", event_names(polled), event_names(collected));
  SHOW(read_timer(t));

  pthread_create(&threads[0], NULL, reader, NULL);
  pthread_create(&threads[1], NULL, reader, NULL);
  MUST(set_timer(t, 0, 5 * MS, 0));
  eventfd_t value;
  SHOW(eventfd_read(done, &value));
  printf("reads %d\n", reads);
  MUST(set_timer(t, 0, 5 * MS, 0));
  SHOW(eventfd_read(done, &value));
  printf("reads %d\n", reads);
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  return 0;
}
