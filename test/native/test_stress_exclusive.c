/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Waits of which one is woken at a time: readers and writers of a pipe, threads in epoll_wait on
 * one instance, and instances with EPOLLEXCLUSIVE on one target. Some go away in the middle, by a
 * deadline that races with the wake: what they were woken for is left to the others, who wait
 * without limit, so that a wake that is lost is a test that hangs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>

#include "calls.h"
#include "epoll.h"
#include "eventfd.h"
#include "host_native.h"
#include "pipe.h"
#include "stress.h"

enum { STEADY = 2, HASTY = 2, WRITERS = 2 };

static _Atomic long put, taken, timeouts;
static _Atomic bool over;

static deadline_t soon(unsigned *random) {
  return host_now() + stress_random(random, 60000);
}

/* ---- A pipe of which only so much fits --------------------------------------------------------- */

static int fds[2];

static ssize_t timed(bool reads, char *buf, size_t len, deadline_t deadline) {
  struct file *f = file_get(fds[!reads]);
  struct iovec seg;
  struct iov_iter it;
  CHECK_EQ(iov_iter_init_buf(&it, &seg, buf, len), 0);
  ssize_t r = reads ? file_read(f, fds[0], &it, false, deadline)
                    : file_write(f, fds[1], &it, false, true, deadline);
  file_put(f);
  return r;
}

static void *read_steadily(void *index) {
  char buf[16];
  ssize_t r;
  (void)index;
  while ((r = call_read(fds[0], buf, 3)) > 0) {
    taken += r;
  }
  CHECK_EQ(r, 0);
  return NULL;
}

static void *read_hastily(void *index) {
  unsigned random = (unsigned)(intptr_t)index + 1;
  char buf[16];
  while (stress_goes_on()) {
    ssize_t r = timed(true, buf, 1, soon(&random));
    CHECK(r > 0 || r == -EAGAIN);
    taken += r > 0 ? r : 0;
    timeouts += r < 0;
  }
  return NULL;
}

static void *write_steadily(void *index) {
  unsigned random = (unsigned)(intptr_t)index + 1;
  static const char bytes[8192];
  while (stress_goes_on()) {
    size_t len = 1 + stress_random(&random, 5000);
    CHECK_EQ(call_write(fds[1], bytes, len), len);
    put += (long)len;
  }
  return NULL;
}

static void *write_hastily(void *index) {
  unsigned random = (unsigned)(intptr_t)index + 1;
  char bytes[100] = {0};
  while (stress_goes_on()) {
    ssize_t r = timed(false, bytes, sizeof bytes, soon(&random));
    CHECK(r == sizeof bytes || r == -EAGAIN);
    put += r > 0 ? r : 0;
    timeouts += r < 0;
  }
  return NULL;
}

static void *drain(void *index) {
  static _Thread_local char buf[4000];
  ssize_t r;
  (void)index;
  while ((r = call_read(fds[0], buf, sizeof buf)) > 0) {
    taken += r;
  }
  return NULL;
}

static void pipe_readers_and_writers(void) {
  pthread_t readers[STEADY + 1], hasty[HASTY], writers[WRITERS], hasty_writers[HASTY];
  CHECK_EQ(pipe_open(fds, 0), 0);
  CHECK_EQ(call_fcntl(fds[0], F_SETPIPE_SZ, 4096), 4096);
  put = taken = timeouts = 0;
  stress_begin();
  stress_start(readers, STEADY, read_steadily);
  stress_start(readers + STEADY, 1, drain);
  stress_start(hasty, HASTY, read_hastily);
  stress_start(writers, WRITERS, write_steadily);
  stress_start(hasty_writers, HASTY, write_hastily);
  stress_join(hasty, HASTY);
  stress_join(hasty_writers, HASTY);
  stress_join(writers, WRITERS);
  CHECK_EQ(host_fd_close(fds[1]), 0);
  stress_join(readers, STEADY + 1);
  CHECK_EQ(taken, put);
  CHECK(put > 1000);
  CHECK_EQ(host_fd_close(fds[0]), 0);
}

/* ---- epoll ------------------------------------------------------------------------------------- */

static int counter, stop, instances[STEADY + HASTY];
static uint32_t how;

static void watch(int epfd, int fd, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  CHECK_EQ(epoll_control(epfd, EPOLL_CTL_ADD, fd, &event), 0);
}

/* Takes all, for with EPOLLET there is no other report; returns false at the end. */
static bool handle(const struct epoll_event *got) {
  if (got->data.fd == stop) {
    return false;
  }
  while (call_read(counter, &(uint64_t){0}, sizeof(uint64_t)) == 8) {
    taken++;
  }
  return true;
}

static void *collect_steadily(void *index) {
  struct epoll_event got;
  do {
    CHECK_EQ(epoll_collect(instances[(intptr_t)index], &got, 1, DEADLINE_NONE), 1);
  } while (handle(&got));
  return NULL;
}

/* Its instance comes and goes, unless the others have it too. */
static void *collect_hastily(void *index) {
  unsigned random = (unsigned)(intptr_t)index + 1;
  int own = instances[STEADY + (intptr_t)index];
  while (stress_goes_on()) {
    struct epoll_event got;
    int n = epoll_collect(own, &got, 1, soon(&random));
    CHECK(n == 0 || n == 1);
    timeouts += n == 0;
    if (n && handle(&got) && how & EPOLLEXCLUSIVE && stress_random(&random, 3) == 0) {
      CHECK_EQ(epoll_control(own, EPOLL_CTL_DEL, counter, NULL), 0);
      watch(own, counter, how);
    }
  }
  return NULL;
}

/* One at a time, so that no other event makes good for a wake that is lost. */
static void *put_tokens(void *index) {
  (void)index;
  while (stress_goes_on()) {
    CHECK_EQ(call_add(counter, 1), 8);
    put++;
    while (taken < put) {
      sched_yield(); /* for ever, if a wake is lost */
    }
  }
  return NULL;
}

static void *take_steadily(void *index) {
  uint64_t value;
  (void)index;
  while (!over) {
    CHECK_EQ(call_read(counter, &value, sizeof value), 8);
    taken++;
  }
  return NULL;
}

static void *take_hastily(void *index) {
  unsigned random = (unsigned)(intptr_t)index + 1;
  struct file *f = file_get(counter);
  while (stress_goes_on()) {
    uint64_t value;
    struct iovec seg;
    struct iov_iter it;
    CHECK_EQ(iov_iter_init_buf(&it, &seg, (char *)&value, sizeof value), 0);
    ssize_t r = file_read(f, counter, &it, false, soon(&random));
    CHECK(r == 8 || r == -EAGAIN);
    taken += r == 8;
    timeouts += r < 0;
  }
  file_put(f);
  return NULL;
}

static void eventfd_readers(void) {
  pthread_t steady[STEADY], hasty[HASTY], putter;
  counter = eventfd_open(0, 1); /* EFD_SEMAPHORE */
  put = taken = timeouts = 0;
  over = false;
  stress_begin();
  stress_start(steady, STEADY, take_steadily);
  stress_start(hasty, HASTY, take_hastily);
  stress_start(&putter, 1, put_tokens);
  stress_join(&putter, 1);
  stress_join(hasty, HASTY);
  over = true;
  CHECK_EQ(call_add(counter, STEADY), 8);
  stress_join(steady, STEADY);
  CHECK_EQ(taken, put + STEADY);
  CHECK(put > 100 && timeouts > 0);
  CHECK_EQ(host_fd_close(counter), 0);
}

/* shared: all collect from one instance. */
static void epoll_waiters(uint32_t events, bool shared) {
  pthread_t steady[STEADY], hasty[HASTY], putter;
  how = events;
  counter = eventfd_open(0, O_NONBLOCK | 1); /* EFD_SEMAPHORE */
  stop = eventfd_open(0, 0);
  for (int i = 0; i < STEADY + HASTY; i++) {
    instances[i] = i && shared ? instances[0] : epoll_open(0);
    if (!i || !shared) {
      watch(instances[i], counter, events);
    }
  }
  put = taken = timeouts = 0;
  stress_begin();
  stress_start(steady, STEADY, collect_steadily);
  stress_start(hasty, HASTY, collect_hastily);
  stress_start(&putter, 1, put_tokens);
  stress_join(&putter, 1);
  stress_join(hasty, HASTY);
  for (int i = 0; i < (shared ? 1 : STEADY); i++) {
    watch(instances[i], stop, EPOLLIN);
  }
  CHECK_EQ(call_add(stop, 1), 8);
  stress_join(steady, STEADY);
  CHECK_EQ(taken, put);
  CHECK(put > 100);
  CHECK_EQ(host_fd_close(counter), 0);
  CHECK_EQ(host_fd_close(stop), 0);
  for (int i = 0; i < (shared ? 1 : STEADY + HASTY); i++) {
    CHECK_EQ(host_fd_close(instances[i]), 0);
  }
}

/* ---- One is woken ------------------------------------------------------------------------------ */

enum { SLEEPERS = 3 };

static _Atomic int asleep, woken;

static void *sleep_in_epoll(void *index) {
  struct epoll_event got;
  (void)index;
  asleep++;
  CHECK_EQ(epoll_collect(instances[0], &got, 1, DEADLINE_NONE), 1);
  woken++;
  return NULL;
}

static void *sleep_in_read(void *index) {
  (void)index;
  asleep++;
  CHECK_EQ(call_read(counter, &(uint64_t){0}, sizeof(uint64_t)), 8);
  woken++;
  return NULL;
}

static void start_sleepers(pthread_t *sleepers, void *(*sleep)(void *index)) {
  counter = eventfd_open(0, 1);
  instances[0] = epoll_open(0);
  watch(instances[0], counter, EPOLLIN | EPOLLET);
  asleep = woken = 0;
  stress_start(sleepers, SLEEPERS, sleep);
  while (asleep < SLEEPERS) {
    sched_yield();
  }
}

/* As many as there are events. */
static void one_each(void *(*sleep)(void *index)) {
  pthread_t sleepers[SLEEPERS];
  start_sleepers(sleepers, sleep);
  for (int i = 1; i <= SLEEPERS; i++) {
    CHECK_EQ(call_add(counter, 1), 8);
    while (woken < i) {
      sched_yield();
    }
    CHECK_EQ(woken, i);
  }
  stress_join(sleepers, SLEEPERS);
  CHECK_EQ(host_fd_close(instances[0]), 0);
  CHECK_EQ(host_fd_close(counter), 0);
}

/* One notification for what is enough for all: each wakes the next. */
static void all_for_one(void) {
  for (int round = 0; round < 50; round++) {
    pthread_t sleepers[SLEEPERS];
    start_sleepers(sleepers, sleep_in_read);
    CHECK_EQ(call_add(counter, SLEEPERS), 8);
    stress_join(sleepers, SLEEPERS);
    CHECK_EQ(host_fd_close(instances[0]), 0);
    CHECK_EQ(host_fd_close(counter), 0);
  }
}

int main(void) {
  one_each(sleep_in_epoll);
  one_each(sleep_in_read);
  all_for_one();
  pipe_readers_and_writers();
  eventfd_readers();
  epoll_waiters(EPOLLIN, true);
  epoll_waiters(EPOLLIN | EPOLLET, true);
  epoll_waiters(EPOLLIN | EPOLLEXCLUSIVE, false);
  epoll_waiters(EPOLLIN | EPOLLET | EPOLLEXCLUSIVE, false);
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
