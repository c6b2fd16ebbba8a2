/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Listeners of epoll instances: when they are called and when not, whom they are known by, how they
 * end, out of memory, and threads that collect, close and end.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>

#include "calls.h"
#include "check.h"
#include "epoll.h"
#include "epoll_listener.h"
#include "event_loop.h"
#include "eventfd.h"
#include "fake_node.h"
#include "host_native.h"
#include "stress.h"

static int epoll_fd, source_fd;
static struct fake_node source;

static void open_source(uint32_t events) {
  fake_init(&source, &fake_ops);
  epoll_fd = epoll_open(0);
  source_fd = fd_open(&source.node, O_RDWR);
  struct epoll_event event = {.events = events};
  CHECK_EQ(epoll_control(epoll_fd, EPOLL_CTL_ADD, source_fd, &event), 0);
}

static void close_source(void) {
  CHECK_EQ(host_fd_close(source_fd), 0);
  CHECK_EQ(host_fd_close(epoll_fd), 0);
  native_settle();
}

static int collect(void) {
  struct epoll_event got[4];
  return epoll_collect(epoll_fd, got, 4, 0);
}

static void count(void *calls) {
  ++*(int *)calls;
}

static void count_and_collect(void *calls) {
  count(calls);
  CHECK_EQ(collect(), 1);
}

static void count_and_try(void *calls) {
  *(int *)calls += collect();
}

/* ---- When it is called ------------------------------------------------------------------------- */

/* Once a turn while there is something to collect, and that is derived in each turn. */
static void while_readable(void) {
  int calls = 0;
  open_source(EPOLLIN);
  CHECK_EQ(epoll_listener_add(epoll_fd, count, &calls), 0);
  CHECK(!native_scheduled());
  fake_become(&source, POLLIN);
  CHECK_EQ(calls, 0);
  for (int turn = 1; turn <= 3; turn++) {
    CHECK_EQ(native_turn(), 1);
    CHECK_EQ(calls, turn);
  }
  source.ready = 0; /* drained */
  native_settle();
  CHECK_EQ(calls, 3);
  fake_become(&source, POLLOUT); /* nobody asked */
  CHECK(!native_scheduled());
  fake_become(&source, POLLIN);
  source.ready = 0;
  native_settle();
  CHECK_EQ(calls, 3);
  CHECK_EQ(native_keepalive(), 0);
  close_source();
  CHECK_EQ(calls, 3);
}

/* What is collected with an edge is over, also for whoever has been told already. */
static void once_an_edge(void) {
  int first = 0, second = 0;
  open_source(EPOLLIN | EPOLLET);
  fake_become(&source, POLLIN);
  CHECK_EQ(epoll_listener_add(epoll_fd, count_and_collect, &first), 0);
  CHECK_EQ(epoll_listener_add(epoll_fd, count, &second), 0);
  CHECK_EQ(first, 0);
  CHECK_EQ(native_turn(), 2);
  CHECK_EQ(native_turn(), 0);
  CHECK_EQ(first, 1);
  CHECK_EQ(second, 0);
  for (int edge = 2; edge < 4; edge++) {
    fake_become(&source, POLLIN);
    native_settle();
    CHECK_EQ(first, edge);
  }
  CHECK_EQ(second, 0);

  /* Those that do not collect are all told, until somebody does. */
  CHECK_EQ(epoll_listener_remove(epoll_fd, count_and_collect), 0);
  fake_become(&source, POLLIN);
  CHECK_EQ(epoll_listener_add(epoll_fd, count_and_try, &first), 0);
  CHECK_EQ(native_turn(), 2);
  CHECK_EQ(second, 1);
  CHECK_EQ(first, 4);
  native_settle();
  CHECK_EQ(second, 1);
  close_source();
}

/* ---- Whom it is known by ----------------------------------------------------------------------- */

static void identity(void) {
  int old = 0, new = 0, other = 0;
  open_source(EPOLLIN | EPOLLET);
  int copy = native_dup(epoll_fd), second = epoll_open(0);
  CHECK_EQ(epoll_listener_add(-1, count, NULL), -EBADF);
  CHECK_EQ(epoll_listener_add(source_fd, count, NULL), -EBADF);
  CHECK_EQ(epoll_listener_remove(source_fd, count), -EBADF);
  CHECK_EQ(epoll_listener_remove(epoll_fd, count), -ENOENT);
  CHECK_EQ(epoll_listener_add(epoll_fd, count_and_collect, &old), 0);
  CHECK_EQ(epoll_listener_add(second, count_and_collect, &other), 0);
  CHECK_EQ(epoll_listener_add(copy, count_and_collect, &new), 0);
  fake_become(&source, POLLIN);
  native_settle();
  CHECK_EQ(old, 0);
  CHECK_EQ(new, 1);
  CHECK_EQ(epoll_listener_remove(epoll_fd, count), -ENOENT);
  CHECK_EQ(epoll_listener_remove(copy, count_and_collect), 0);
  CHECK_EQ(epoll_listener_remove(epoll_fd, count_and_collect), -ENOENT);
  CHECK_EQ(epoll_listener_remove(second, count_and_collect), 0);
  CHECK_EQ(host_fd_close(copy), 0);
  CHECK_EQ(host_fd_close(second), 0);
  fake_become(&source, POLLIN);
  CHECK(!native_scheduled());
  CHECK_EQ(other, 0);
  close_source();
}

/* ---- How it ends ------------------------------------------------------------------------------- */

static int calls_before_end;

static void remove_itself(void *unused) {
  (void)unused;
  calls_before_end++;
  CHECK_EQ(epoll_listener_remove(epoll_fd, remove_itself), 0);
  CHECK_EQ(epoll_listener_remove(epoll_fd, remove_itself), -ENOENT);
}

static void remove_the_other(void *unused) {
  (void)unused;
  remove_itself(NULL);
}

static void close_everything(void *unused) {
  (void)unused;
  calls_before_end++;
  CHECK_EQ(host_fd_close(source_fd), 0);
  CHECK_EQ(host_fd_close(epoll_fd), 0);
}

static void start_over(void *once) {
  calls_before_end++;
  CHECK_EQ(epoll_listener_remove(epoll_fd, start_over), 0);
  if (once) {
    CHECK_EQ(epoll_listener_add(epoll_fd, start_over, NULL), 0);
  }
}

static void end_in_the_call(void) {
  open_source(EPOLLIN);
  fake_become(&source, POLLIN);
  calls_before_end = 0;
  CHECK_EQ(epoll_listener_add(epoll_fd, remove_itself, NULL), 0);
  native_settle();
  CHECK_EQ(calls_before_end, 1);
  CHECK_EQ(epoll_listener_add(epoll_fd, start_over, &calls_before_end), 0);
  native_settle();
  CHECK_EQ(calls_before_end, 3);

  /* One removes the other, which has been told. */
  CHECK_EQ(epoll_listener_add(epoll_fd, remove_the_other, NULL), 0);
  CHECK_EQ(epoll_listener_add(epoll_fd, remove_itself, NULL), 0);
  native_turn();
  CHECK_EQ(calls_before_end, 4);
  CHECK_EQ(epoll_listener_remove(epoll_fd, remove_the_other), 0);
  native_settle();
  CHECK_EQ(calls_before_end, 4);

  CHECK_EQ(epoll_listener_add(epoll_fd, close_everything, NULL), 0);
  native_settle();
  CHECK_EQ(calls_before_end, 5);
  CHECK_EQ(source.frees, 1);
}

static void end_with_the_instance(void) {
  int calls = 0;
  long blocks = native_live_blocks();
  open_source(EPOLLIN | EPOLLET);
  CHECK_EQ(epoll_listener_add(epoll_fd, count_and_collect, &calls), 0);
  int copy = native_dup(epoll_fd);
  CHECK_EQ(host_fd_close(epoll_fd), 0);
  epoll_fd = copy;
  native_settle();
  CHECK_EQ(calls, 0);
  fake_become(&source, POLLIN);
  native_settle();
  CHECK_EQ(calls, 1);
  fake_become(&source, POLLIN);
  CHECK_EQ(host_fd_close(copy), 0);
  native_settle();
  CHECK_EQ(calls, 1);
  CHECK_EQ(host_fd_close(source_fd), 0);
  CHECK_EQ(native_live_blocks(), blocks);
}

static void out_of_memory(void) {
  long blocks = native_live_blocks();
  open_source(EPOLLIN);
  native_fail_alloc(0, true);
  CHECK_EQ(epoll_listener_add(epoll_fd, count, NULL), -ENOMEM);
  CHECK_EQ(native_failed_allocs(), 1);
  native_fail_alloc(-1, false);
  CHECK_EQ(epoll_listener_remove(epoll_fd, count), -ENOENT);
  fake_become(&source, POLLIN);
  CHECK(!native_scheduled());
  close_source();
  CHECK_EQ(native_live_blocks(), blocks);
}

/* ---- Threads ----------------------------------------------------------------------------------- */

enum { LOOPS = 3, COUNTERS = 4 };

static int counters[COUNTERS], stop;
static _Atomic long put, taken;
static _Atomic int loops_left;

struct place {
  pthread_t thread;
  bool stopped;
};

static void take(void *arg) {
  struct place *p = arg;
  struct epoll_event got[2];
  CHECK(pthread_equal(p->thread, pthread_self()));
  int n = epoll_collect(epoll_fd, got, 2, 0);
  CHECK(n >= 0);
  for (int i = 0; i < n; i++) {
    int fd = got[i].data.fd;
    if (fd == stop) {
      p->stopped = true;
      continue;
    }
    CHECK_EQ(call_read(fd, &(uint64_t){0}, sizeof(uint64_t)), 8);
    taken++;
    got[i].events = EPOLLIN | EPOLLONESHOT;
    CHECK_EQ(epoll_control(epoll_fd, EPOLL_CTL_MOD, fd, &got[i]), 0);
  }
}

/* It ends with its listener in place, and its stack and its loop with it. */
static void *run_loop(void *index) {
  (void)index;
  struct place p = {.thread = pthread_self()};
  CHECK_EQ(epoll_listener_add(epoll_fd, take, &p), 0);
  CHECK_EQ(epoll_listener_add(epoll_fd, count, &(int){0}), 0);
  CHECK_EQ(epoll_listener_remove(epoll_fd, count), 0);
  while (!p.stopped) {
    native_run_loop_once();
  }
  loops_left--;
  return NULL;
}

static void *put_tokens(void *index) {
  unsigned random = (unsigned)(intptr_t)index + 1;
  while (stress_goes_on()) {
    CHECK_EQ(call_add(counters[stress_random(&random, COUNTERS)], 1), 8);
    long now = ++put;
    while (now - taken > 5 && stress_goes_on()) {
      sched_yield();
    }
  }
  while (loops_left) { /* threads end while they are notified */
    CHECK_EQ(call_add(counters[stress_random(&random, COUNTERS)], 1), 8);
    put++;
    sched_yield();
  }
  return NULL;
}

static void watch(int fd, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  CHECK_EQ(epoll_control(epoll_fd, EPOLL_CTL_ADD, fd, &event), 0);
}

static void *stop_later(void *index) {
  (void)index;
  while (stress_goes_on()) {
    sched_yield();
  }
  CHECK_EQ(call_add(stop, 1), 8);
  return NULL;
}

static void threads(void) {
  pthread_t loops[LOOPS], putter, stopper;
  long blocks = native_live_blocks();
  epoll_fd = epoll_open(0);
  stop = eventfd_open(0, 0);
  watch(stop, EPOLLIN);
  for (int i = 0; i < COUNTERS; i++) {
    counters[i] = eventfd_open(0, O_NONBLOCK | 1); /* EFD_SEMAPHORE */
    watch(counters[i], EPOLLIN | EPOLLONESHOT);
  }
  loops_left = LOOPS;
  stress_begin();
  stress_start(loops, LOOPS, run_loop);
  stress_start(&putter, 1, put_tokens);
  stress_start(&stopper, 1, stop_later);
  stress_join(loops, LOOPS);
  stress_join(&putter, 1);
  stress_join(&stopper, 1);
  CHECK(taken > 100);
  uint64_t left = 0;
  for (int i = 0; i < COUNTERS; i++) {
    while (call_read(counters[i], &(uint64_t){0}, sizeof(uint64_t)) == 8) {
      left++;
    }
    CHECK_EQ(host_fd_close(counters[i]), 0);
  }
  CHECK_EQ(taken + (long)left, put);
  CHECK_EQ(host_fd_close(stop), 0);
  CHECK_EQ(host_fd_close(epoll_fd), 0);
  CHECK(native_live_blocks() - blocks <= 1); /* a chunk of the descriptor table */
}

/* Another thread closes the instance while a loop is called by it. */
static void *close_soon(void *index) {
  (void)index;
  CHECK_EQ(call_add(counters[0], 1), 8);
  CHECK_EQ(host_fd_close(epoll_fd), 0);
  return NULL;
}

static void close_from_a_thread(void) {
  long blocks = native_live_blocks();
  counters[0] = eventfd_open(0, O_NONBLOCK);
  long without_instance = native_live_blocks();
  for (int round = 0; round < 200; round++) {
    pthread_t closer;
    int calls = 0;
    epoll_fd = epoll_open(0);
    watch(counters[0], EPOLLIN);
    CHECK_EQ(epoll_listener_add(epoll_fd, count, &calls), 0);
    stress_start(&closer, 1, close_soon);
    while (native_live_blocks() > without_instance) {
      native_run_loop_once(); /* until the listener is gone, with the instance */
    }
    stress_join(&closer, 1);
    native_settle();
  }
  CHECK_EQ(host_fd_close(counters[0]), 0);
  CHECK_EQ(native_live_blocks(), blocks);
}

/* The heap of the loop's timers stays with the thread. */
static void have_a_timer(void) {
  struct loop_timer timer;
  loop_timer_init(&timer, NULL);
  CHECK_EQ(loop_timer_set(&timer, DEADLINE_NONE), 0);
  loop_timer_cancel(&timer);
}

int main(void) {
  have_a_timer();
  threads();
  close_from_a_thread();
  native_alone(NULL, NULL);
  while_readable();
  once_an_edge();
  identity();
  end_in_the_call();
  end_with_the_instance();
  out_of_memory();
  CHECK_EQ(native_keepalive(), 0);
  CHECK_EQ(native_open_fds(), 0);
  return 0;
}
