// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll_wait(2): a wait ends by what happens after it began, also to watches made, changed or
// removed meanwhile, or when its time is over.
// gaps: 12 13
// needs: wait

#include "epolls.h"
#include <sys/eventfd.h>
#include <time.h>

static int e, reader, writer, copy, counter, other;

static void do_write(void *arg) {
  (void)arg;
  write(writer, "x", 1);
}

static void do_count(void *arg) {
  (void)arg;
  eventfd_write(counter, 1);
}

// No event: the wait goes on until the counter.
static void do_close_copy(void *arg) {
  close(copy);
  when_blocked(do_count, arg);
}

static void do_add(void *arg) {
  (void)arg;
  control(e, EPOLL_CTL_ADD, other, EPOLLIN, "other");
}

static void do_modify(void *arg) {
  (void)arg;
  control(e, EPOLL_CTL_MOD, other, EPOLLIN | EPOLLOUT, "other, modified");
}

static void do_hang_up(void *arg) {
  (void)arg;
  close(writer);
}

static long elapsed_ms(const struct timespec *since) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

static void times(void) {
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  WAIT(e, 30);
  CHECK(elapsed_ms(&start) >= 29);
  WAIT(e, 0);
}

int main(void) {
  int p[2];
  char c;
  eventfd_t value;
  e = MUST(epoll_create1(0));
  MUST(pipe(p));
  reader = p[0];
  writer = p[1];
  counter = MUST(eventfd(0, 0));
  other = MUST(eventfd(5, 0));
  times();
  ADD(e, reader, EPOLLIN);
  ADD(e, counter, EPOLLIN | EPOLLET);
  times();
  when_blocked(do_write, NULL);
  WAIT(e, -1);
  MUST(read(reader, &c, 1));
  when_blocked(do_count, NULL);
  WAIT(e, SOON);
  MUST(eventfd_read(counter, &value));
  MOD(e, reader, EPOLLIN | EPOLLET);

  copy = MUST(dup(reader));
  when_blocked(do_close_copy, NULL);
  WAIT(e, -1);
  MUST(eventfd_read(counter, &value));

  when_blocked(do_add, NULL);
  WAIT(e, -1);
  MOD(e, other, 0);
  when_blocked(do_modify, NULL);
  WAIT(e, -1);
  DEL(e, other);
  when_blocked(do_hang_up, NULL);
  WAIT(e, -1);
  times();
  return 0;
}
