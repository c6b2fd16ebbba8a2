/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * timerfds: times, intervals, overruns, clocks; and that whoever waits on one, in whatever way,
 * sleeps until it expires, hears of a new time, and hears of each expiry once.
 */
#include "timerfd.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/epoll.h>

#include "check.h"
#include "epoll.h"
#include "epoll_listener.h"
#include "event_loop.h"
#include "eventfd.h"
#include "host_native.h"
#include "poll_fds.h"
#include "poll_request.h"
#include "syscall_exit.h"
#include "timers.h"

#define CANCEL_ON_SET 2 /* TFD_TIMER_CANCEL_ON_SET */

static int timer;

static void open_timer(void) {
  timer = timerfd_open(CLOCK_MONOTONIC, O_NONBLOCK);
  CHECK(timer >= 0);
}

static void close_timer(void) {
  CHECK_EQ(host_fd_close(timer), 0);
}

/* ---- The timer --------------------------------------------------------------------------------- */

static void test_open(void) {
  CHECK_EQ(timerfd_open(CLOCK_MONOTONIC, O_APPEND), -EINVAL);
  CHECK_EQ(timerfd_open(CLOCK_PROCESS_CPUTIME_ID, 0), -EINVAL);
  CHECK_EQ(timerfd_open(CLOCK_MONOTONIC_RAW, 0), -EINVAL);
  CHECK_EQ(timerfd_open(-1, 0), -EINVAL);
  CHECK_EQ(timerfd_open(CLOCK_REALTIME_ALARM, 0), -EPERM);
  CHECK_EQ(timerfd_open(CLOCK_BOOTTIME_ALARM, 0), -EPERM);
  const int clocks[] = {CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME};
  for (int i = 0; i < 3; i++) {
    int fd = timerfd_open(clocks[i], O_CLOEXEC | O_NONBLOCK);
    CHECK_EQ(fd_get_flags(fd), FD_CLOEXEC);
    CHECK_EQ(read_timer(fd), -EAGAIN);
    CHECK_EQ(call_readiness(fd), 0);
    CHECK_EQ(call_write(fd, "12345678", 8), -EINVAL);
    CHECK_EQ(set_timer(fd, 0, MS, 0), 0);
    native_advance(MS);
    CHECK_EQ(read_timer(fd), 1);
    CHECK_EQ(host_fd_close(fd), 0);
  }
}

static void test_bad_calls(void) {
  struct itimerspec its = {{0, 0}, {1, 0}};
  open_timer();
  int other = eventfd_open(0, 0);
  CHECK_EQ(timerfd_set(-1, 0, &its, NULL), -EBADF);
  CHECK_EQ(timerfd_set(other, 0, &its, NULL), -EINVAL);
  CHECK_EQ(timerfd_get(-1, &its), -EBADF);
  CHECK_EQ(timerfd_get(other, &its), -EINVAL);
  CHECK_EQ(timerfd_set(timer, 0, NULL, NULL), -EFAULT);
  CHECK_EQ(timerfd_get(timer, NULL), -EFAULT);
  CHECK_EQ(timerfd_set(timer, 4, &its, NULL), -EINVAL);
  const struct timespec bad[] = {{-1, 0}, {0, -1}, {0, 1000000000}};
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(timerfd_set(timer, 0, &(struct itimerspec){{0, 0}, bad[i]}, NULL), -EINVAL);
    CHECK_EQ(timerfd_set(timer, 0, &(struct itimerspec){bad[i], {1, 0}}, NULL), -EINVAL);
  }
  char buf[16];
  CHECK_EQ(set_timer(timer, 0, 1, 0), 0);
  native_advance(1);
  CHECK_EQ(call_read(timer, buf, 7), -EINVAL);
  CHECK_EQ(call_read(timer, buf, 16), 8);
  CHECK_EQ(host_fd_close(other), 0);
  close_timer();
}

static void test_one_shot(void) {
  struct itimerspec left, old;
  open_timer();
  CHECK_EQ(set_timer(timer, 0, 10 * MS, 0), 0);
  native_advance(4 * MS);
  CHECK_EQ(timerfd_get(timer, &left), 0);
  CHECK_EQ(ns_of_timespec(left.it_value), 6 * MS);
  CHECK_EQ(ns_of_timespec(left.it_interval), 0);
  native_advance(6 * MS - 1);
  CHECK_EQ(call_readiness(timer), 0);
  CHECK_EQ(read_timer(timer), -EAGAIN);
  native_advance(1);
  CHECK_EQ(call_readiness(timer), POLLIN);
  native_advance(100 * MS);
  CHECK_EQ(timerfd_get(timer, &left), 0);
  CHECK_EQ(ns_of_timespec(left.it_value), 0);
  CHECK_EQ(read_timer(timer), 1);
  CHECK_EQ(read_timer(timer), -EAGAIN);

  /* A new time takes what has expired with it. */
  CHECK_EQ(set_timer(timer, 0, MS, 0), 0);
  native_advance(MS);
  CHECK_EQ(set_timer(timer, 0, 5 * MS, 0), 0);
  CHECK_EQ(read_timer(timer), -EAGAIN);
  CHECK_EQ(timerfd_set(timer, 0, &(struct itimerspec){{0, 7}, {0, 0}}, &old), 0);
  CHECK_EQ(ns_of_timespec(old.it_value), 5 * MS);
  native_advance(50 * MS);
  CHECK_EQ(read_timer(timer), -EAGAIN);
  CHECK_EQ(timerfd_get(timer, &left), 0);
  CHECK_EQ(ns_of_timespec(left.it_value), 0);
  CHECK_EQ(ns_of_timespec(left.it_interval), 7);
  close_timer();
}

static void test_interval(void) {
  struct itimerspec left, old;
  open_timer();
  CHECK_EQ(set_timer(timer, 0, 10 * MS, 3 * MS), 0);
  native_advance(9 * MS);
  CHECK_EQ(read_timer(timer), -EAGAIN);
  native_advance(1 * MS);
  CHECK_EQ(read_timer(timer), 1);
  native_advance(3 * MS - 1);
  CHECK_EQ(read_timer(timer), -EAGAIN);
  native_advance(1 + 6 * MS); /* at 13, 16 and 19 */
  CHECK_EQ(read_timer(timer), 3);
  native_advance(4 * MS); /* 22 */
  CHECK_EQ(timerfd_get(timer, &left), 0);
  CHECK_EQ(ns_of_timespec(left.it_value), 2 * MS);
  CHECK_EQ(ns_of_timespec(left.it_interval), 3 * MS);
  CHECK_EQ(call_readiness(timer), POLLIN);
  native_advance(2 * MS); /* 25 */
  CHECK_EQ(read_timer(timer), 2);
  native_advance(7 * MS); /* 28, 31 */
  CHECK_EQ(timerfd_set(timer, 0, &(struct itimerspec){{0, 0}, {0, 0}}, &old), 0);
  CHECK_EQ(ns_of_timespec(old.it_value), 2 * MS);
  CHECK_EQ(read_timer(timer), -EAGAIN);
  close_timer();
}

static void test_extremes(void) {
  struct itimerspec left;
  open_timer();
  struct itimerspec endless = {{INT64_MAX, 0}, {INT64_MAX, 999999999}};
  CHECK_EQ(timerfd_set(timer, 0, &endless, NULL), 0);
  native_advance(MS);
  CHECK_EQ(read_timer(timer), -EAGAIN);
  CHECK_EQ(timerfd_get(timer, &left), 0);
  CHECK(left.it_value.tv_sec > INT_MAX);
  endless.it_value = (struct timespec){0, 1};
  CHECK_EQ(timerfd_set(timer, 0, &endless, NULL), 0);
  native_advance(MS);
  CHECK_EQ(read_timer(timer), 1);
  CHECK_EQ(read_timer(timer), -EAGAIN);
  CHECK_EQ(set_timer(timer, 0, 1, 1), 0);
  native_advance(1000000 * MS);
  CHECK_EQ(read_timer(timer), 1000000 * MS);
  close_timer();
}

static void test_absolute(void) {
  open_timer();
  int64_t begin = host_now();
  CHECK_EQ(set_timer(timer, ABSTIME, begin + 5 * MS, 2 * MS), 0);
  native_advance(5 * MS - 1);
  CHECK_EQ(read_timer(timer), -EAGAIN);
  native_advance(1);
  CHECK_EQ(read_timer(timer), 1);
  CHECK_EQ(set_timer(timer, ABSTIME, begin - 7 * MS, 0), 0);
  CHECK_EQ(read_timer(timer), 1);
  CHECK_EQ(set_timer(timer, ABSTIME, host_now() - 7 * MS, 2 * MS), 0);
  CHECK_EQ(read_timer(timer), 4); /* at -7, -5, -3 and -1 */
  /* Without effect on this clock, as on Linux. */
  CHECK_EQ(set_timer(timer, ABSTIME | CANCEL_ON_SET, host_now() + MS, 0), 0);
  native_advance(MS);
  CHECK_EQ(read_timer(timer), 1);
  close_timer();
}

#define AHEAD (1000000 * MS)

static void test_wall_clock(void) {
  timer = timerfd_open(CLOCK_REALTIME, O_NONBLOCK);
  native_set_wall_clock(AHEAD);
  CHECK_EQ(set_timer(timer, ABSTIME | CANCEL_ON_SET, AHEAD, 0), -EINVAL);
  CHECK_EQ(set_timer(timer, ABSTIME, host_wall_clock() + 10 * MS, 4 * MS), 0);
  native_advance(9 * MS);
  CHECK_EQ(read_timer(timer), -EAGAIN);
  native_set_wall_clock(AHEAD - 5 * MS); /* 5 ms back */
  native_advance(5 * MS);
  CHECK_EQ(read_timer(timer), -EAGAIN);
  native_advance(1 * MS);
  CHECK_EQ(read_timer(timer), 1);
  native_set_wall_clock(AHEAD + 5 * MS); /* 10 ms ahead */
  CHECK_EQ(read_timer(timer), 2);

  /* A poll sleeps until then, and again if it is not yet the time. */
  CHECK_EQ(set_timer(timer, ABSTIME, host_wall_clock() + 20 * MS, 0), 0);
  int64_t begin = host_now();
  struct pollfd p = {timer, POLLIN, 0};
  CHECK_EQ(poll_fds(&p, 1, DEADLINE_NONE), 1);
  CHECK_EQ(host_now() - begin, 20 * MS);

  /* A relative time has nothing to do with it. */
  CHECK_EQ(set_timer(timer, CANCEL_ON_SET, 3 * MS, 0), 0);
  native_set_wall_clock(0);
  native_advance(3 * MS);
  CHECK_EQ(read_timer(timer), 1);
  close_timer();
}

static void set_back(void *arg) {
  int64_t *step = arg;
  native_set_wall_clock(AHEAD - *step);
  *step = 0;
}

static void test_wall_clock_is_set_back(void) {
  int64_t step = 6 * MS;
  native_set_wall_clock(AHEAD);
  timer = timerfd_open(CLOCK_REALTIME, 0);
  CHECK_EQ(set_timer(timer, ABSTIME, host_wall_clock() + 20 * MS, 0), 0);
  int64_t begin = host_now();
  native_alone(set_back, &step);
  int sleeps = native_sleeps();
  CHECK_EQ(read_timer(timer), 1);
  CHECK_EQ(native_sleeps() - sleeps, 2);
  CHECK(host_now() - begin >= 20 * MS);
  native_alone(NULL, NULL);
  close_timer();
}

/* ---- Sleeping on it ---------------------------------------------------------------------------- */

static int64_t new_value;

static void set_anew(void *arg) {
  (void)arg;
  if (new_value) {
    CHECK_EQ(set_timer(timer, 0, new_value, 0), 0);
    new_value = 0;
  }
}

static void test_blocking_read(void) {
  timer = timerfd_open(CLOCK_MONOTONIC, 0);
  int64_t begin = host_now();
  int sleeps = native_sleeps();
  CHECK_EQ(set_timer(timer, 0, 30 * MS, 5 * MS), 0);
  CHECK_EQ(read_timer(timer), 1);
  CHECK_EQ(read_timer(timer), 1);
  CHECK_EQ(host_now() - begin, 35 * MS);
  CHECK_EQ(native_sleeps() - sleeps, 2);

  /* Set during the sleep: for the first time, earlier and later. */
  native_alone(set_anew, NULL);
  CHECK_EQ(set_timer(timer, 0, 0, 0), 0);
  const int64_t before[] = {0, 100 * MS, 2 * MS};
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(set_timer(timer, 0, before[i], 0), 0);
    begin = host_now();
    new_value = 7 * MS;
    CHECK_EQ(read_timer(timer), 1);
    CHECK_EQ(host_now() - begin, 7 * MS);
  }
  native_alone(NULL, NULL);

  /* A wait that has a limit of its own, and one that is interrupted. */
  struct file *f = file_get(timer);
  struct iovec seg;
  struct iov_iter it;
  uint64_t ticks;
  CHECK_EQ(set_timer(timer, 0, 10 * MS, 0), 0);
  CHECK_EQ(iov_iter_init_buf(&it, &seg, &ticks, sizeof ticks), 0);
  CHECK_EQ(file_read(f, timer, &it, false, deadline_after(9 * MS)), -EAGAIN);
  native_end_next_sleep(-EINTR);
  CHECK_EQ(file_read(f, timer, &it, false, DEADLINE_NONE), -ERESTARTSYS);
  CHECK_EQ(file_read(f, timer, &it, false, DEADLINE_NONE), 8);
  file_put(f);
  close_timer();
}

static void test_poll(void) {
  open_timer();
  int event = eventfd_open(0, 0), second = timerfd_open(CLOCK_MONOTONIC, O_NONBLOCK);
  struct pollfd p[3] = {{event, POLLIN, 0}, {timer, POLLIN | POLLOUT, 0}, {second, POLLIN, 0}};
  int64_t begin = host_now();
  CHECK_EQ(set_timer(timer, 0, 8 * MS, 0), 0);
  CHECK_EQ(set_timer(second, 0, 6 * MS, 0), 0);
  CHECK_EQ(poll_fds(p, 3, 0), 0);
  CHECK_EQ(poll_fds(p, 3, deadline_after(5 * MS)), 0);
  CHECK_EQ(host_now() - begin, 5 * MS);
  CHECK_EQ(poll_fds(p, 3, DEADLINE_NONE), 1);
  CHECK_EQ(p[2].revents, POLLIN);
  CHECK_EQ(host_now() - begin, 6 * MS);
  CHECK_EQ(read_timer(second), 1);
  CHECK_EQ(poll_fds(p, 3, DEADLINE_NONE), 1);
  CHECK_EQ(p[1].revents, POLLIN);
  CHECK_EQ(host_now() - begin, 8 * MS);
  CHECK_EQ(read_timer(timer), 1);

  /* Who does not ask for it sleeps on. */
  CHECK_EQ(set_timer(timer, 0, 3 * MS, 1 * MS), 0);
  p[1].events = POLLOUT;
  begin = host_now();
  CHECK_EQ(poll_fds(p, 3, deadline_after(10 * MS)), 0);
  CHECK_EQ(host_now() - begin, 10 * MS);
  CHECK_EQ(read_timer(timer), 8);

  fd_set set;
  FD_ZERO(&set);
  FD_SET(timer, &set);
  begin = host_now();
  CHECK_EQ(select_fds(timer + 1, &set, NULL, NULL, DEADLINE_NONE), 1);
  CHECK(FD_ISSET(timer, &set));
  CHECK_EQ(host_now() - begin, 1 * MS);

  /* A host that cannot sleep: a time-out passes at once, and it is not the timer that does. */
  CHECK_EQ(set_timer(timer, 0, 50 * MS, 0), 0);
  p[1].events = POLLIN;
  native_end_next_sleep(-ETIMEDOUT);
  begin = host_now();
  CHECK_EQ(poll_fds(&p[1], 1, deadline_after(20 * MS)), 0);
  CHECK_EQ(host_now() - begin, 0);
  native_end_next_sleep(-ETIMEDOUT);
  CHECK_EQ(poll_fds(&p[1], 1, deadline_after(60 * MS)), 1);
  CHECK_EQ(host_now() - begin, 60 * MS);
  CHECK_EQ(host_fd_close(event), 0);
  CHECK_EQ(host_fd_close(second), 0);
  close_timer();
}

/* ---- epoll ------------------------------------------------------------------------------------- */

static int instance;

static int watch(int epfd, int op, int fd, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  return epoll_control(epfd, op, fd, &event);
}

/* The descriptors that are reported, the last one highest, as digits of a number of base 1000. */
static int collect(int epfd, deadline_t deadline) {
  struct epoll_event got[8];
  int n = epoll_collect(epfd, got, 8, deadline), fds = 0;
  for (int i = 0; i < n; i++) {
    CHECK_EQ(got[i].events, EPOLLIN);
    fds = fds * 1000 + got[i].data.fd;
  }
  return n < 0 ? n : fds;
}

static void open_instance(uint32_t events) {
  open_timer();
  instance = epoll_open(0);
  CHECK_EQ(watch(instance, EPOLL_CTL_ADD, timer, events), 0);
}

static void close_instance(void) {
  CHECK_EQ(host_fd_close(instance), 0);
  close_timer();
}

static void test_epoll_level(void) {
  open_instance(EPOLLIN);
  int64_t begin = host_now();
  CHECK_EQ(set_timer(timer, 0, 10 * MS, 0), 0);
  CHECK_EQ(collect(instance, 0), 0);
  CHECK_EQ(collect(instance, deadline_after(4 * MS)), 0);
  CHECK_EQ(host_now() - begin, 4 * MS);
  CHECK_EQ(collect(instance, DEADLINE_NONE), timer);
  CHECK_EQ(host_now() - begin, 10 * MS);
  CHECK_EQ(collect(instance, DEADLINE_NONE), timer);
  CHECK_EQ(read_timer(timer), 1);
  CHECK_EQ(collect(instance, 0), 0);
  /* Without a sleep. */
  CHECK_EQ(set_timer(timer, 0, 10 * MS, 0), 0);
  native_advance(10 * MS);
  CHECK_EQ(collect(instance, 0), timer);
  close_instance();
}

static void test_epoll_edges(void) {
  struct itimerspec left;
  open_instance(EPOLLIN | EPOLLET);
  CHECK_EQ(set_timer(timer, 0, 5 * MS, 2 * MS), 0);
  CHECK_EQ(collect(instance, DEADLINE_NONE), timer);
  /* It fires no more until it is read. */
  CHECK_EQ(collect(instance, 0), 0);
  native_advance(20 * MS);
  CHECK_EQ(collect(instance, 0), 0);
  CHECK_EQ(collect(instance, deadline_after(100 * MS)), 0);
  CHECK_EQ(read_timer(timer), 61);
  CHECK_EQ(collect(instance, 0), 0);
  CHECK_EQ(collect(instance, DEADLINE_NONE), timer);
  /* Or its time is asked for. */
  CHECK_EQ(timerfd_get(timer, &left), 0);
  CHECK_EQ(collect(instance, 0), 0);
  native_advance(2 * MS);
  CHECK_EQ(collect(instance, 0), timer);
  CHECK_EQ(collect(instance, 0), 0);
  /* Or it is set. */
  CHECK_EQ(set_timer(timer, 0, 3 * MS, 0), 0);
  CHECK_EQ(collect(instance, 0), 0);
  native_advance(3 * MS);
  CHECK_EQ(collect(instance, 0), timer);
  CHECK_EQ(collect(instance, 0), 0);
  /* What was read before anybody looked is no event. */
  CHECK_EQ(set_timer(timer, 0, 3 * MS, 0), 0);
  native_advance(3 * MS);
  CHECK_EQ(read_timer(timer), 1);
  CHECK_EQ(collect(instance, 0), 0);
  close_instance();
}

/* One expiry is one edge, whoever noticed it first. */
static void test_epoll_add_expired(void) {
  open_instance(EPOLLIN | EPOLLET);
  int second = epoll_open(0);
  CHECK_EQ(set_timer(timer, 0, MS, 0), 0);
  native_advance(MS);
  CHECK_EQ(watch(second, EPOLL_CTL_ADD, timer, EPOLLIN | EPOLLET), 0);
  CHECK_EQ(collect(second, 0), timer);
  CHECK_EQ(collect(instance, 0), timer);
  CHECK_EQ(collect(second, 0), 0);
  CHECK_EQ(collect(instance, 0), 0);
  CHECK_EQ(watch(second, EPOLL_CTL_MOD, timer, EPOLLIN | EPOLLET), 0);
  CHECK_EQ(collect(second, 0), timer);
  CHECK_EQ(host_fd_close(second), 0);
  close_instance();
}

static void test_epoll_oneshot(void) {
  open_instance(EPOLLIN | EPOLLONESHOT);
  CHECK_EQ(set_timer(timer, 0, 2 * MS, 2 * MS), 0);
  CHECK_EQ(collect(instance, DEADLINE_NONE), timer);
  CHECK_EQ(read_timer(timer), 1);
  CHECK_EQ(collect(instance, deadline_after(5 * MS)), 0);
  CHECK_EQ(watch(instance, EPOLL_CTL_MOD, timer, EPOLLIN | EPOLLONESHOT), 0);
  CHECK_EQ(collect(instance, 0), timer);
  CHECK_EQ(read_timer(timer), 2);
  CHECK_EQ(watch(instance, EPOLL_CTL_MOD, timer, EPOLLIN | EPOLLONESHOT), 0);
  CHECK_EQ(collect(instance, 0), 0);
  CHECK_EQ(collect(instance, DEADLINE_NONE), timer);
  close_instance();
}

static void test_epoll_several(void) {
  enum { N = 20 };
  int timers[N];
  instance = epoll_open(0);
  int64_t begin = host_now();
  for (int i = 0; i < N; i++) {
    timers[i] = timerfd_open(CLOCK_MONOTONIC, O_NONBLOCK);
    CHECK_EQ(watch(instance, EPOLL_CTL_ADD, timers[i], EPOLLIN | EPOLLET), 0);
    CHECK_EQ(set_timer(timers[i], 0, (1 + i * 7 % N) * MS, 0), 0);
  }
  CHECK_EQ(set_timer(timers[0], 0, 0, 0), 0);                /* was the first one */
  CHECK_EQ(watch(instance, EPOLL_CTL_DEL, timers[3], 0), 0); /* the second */
  for (int i = 2; i < N; i++) {
    CHECK_EQ(collect(instance, DEADLINE_NONE), timers[i * 3 % N]);
    CHECK_EQ(host_now() - begin, (1 + i) * MS);
  }
  CHECK_EQ(collect(instance, 0), 0);

  /* Those that have expired together come in the order of their times. */
  CHECK_EQ(set_timer(timers[5], 0, 2 * MS, 0), 0);
  CHECK_EQ(set_timer(timers[6], 0, 1 * MS, 0), 0);
  native_advance(3 * MS);
  CHECK_EQ(collect(instance, 0), timers[6] * 1000 + timers[5]);
  /* Closed while it is armed. */
  CHECK_EQ(set_timer(timers[6], 0, 1 * MS, 0), 0);
  for (int i = 0; i < N; i++) {
    CHECK_EQ(host_fd_close(timers[i]), 0);
  }
  CHECK_EQ(collect(instance, deadline_after(5 * MS)), 0);
  CHECK_EQ(host_fd_close(instance), 0);
}

static void test_epoll_nested(void) {
  open_instance(EPOLLIN | EPOLLET);
  int outer = epoll_open(0);
  CHECK_EQ(set_timer(timer, 0, 9 * MS, 0), 0);
  CHECK_EQ(watch(outer, EPOLL_CTL_ADD, instance, EPOLLIN | EPOLLET), 0);
  int64_t begin = host_now();
  CHECK_EQ(collect(outer, 0), 0);
  CHECK_EQ(collect(outer, DEADLINE_NONE), instance);
  CHECK_EQ(host_now() - begin, 9 * MS);
  CHECK_EQ(collect(outer, 0), 0);
  CHECK_EQ(collect(instance, 0), timer);
  CHECK_EQ(collect(instance, 0), 0);
  CHECK_EQ(set_timer(timer, 0, 4 * MS, 0), 0);
  CHECK_EQ(collect(outer, DEADLINE_NONE), instance);
  CHECK_EQ(host_now() - begin, 13 * MS);

  /* poll on an instance. */
  CHECK_EQ(collect(instance, 0), timer);
  CHECK_EQ(set_timer(timer, 0, 4 * MS, 0), 0);
  struct pollfd p = {outer, POLLIN, 0};
  CHECK_EQ(poll_fds(&p, 1, 0), 0);
  CHECK_EQ(poll_fds(&p, 1, DEADLINE_NONE), 1);
  CHECK_EQ(host_now() - begin, 17 * MS);
  CHECK_EQ(host_fd_close(outer), 0);
  close_instance();
}

static int added;

static void add_once(void *arg) {
  (void)arg;
  if (!added++) {
    CHECK_EQ(watch(instance, EPOLL_CTL_ADD, timer, EPOLLIN), 0);
  }
}

/* What happens while somebody sleeps in epoll_wait. */
static void test_epoll_meanwhile(void) {
  open_instance(EPOLLIN);
  CHECK_EQ(watch(instance, EPOLL_CTL_DEL, timer, 0), 0);
  CHECK_EQ(set_timer(timer, 0, 5 * MS, 0), 0);
  int64_t begin = host_now();
  native_alone(add_once, NULL);
  CHECK_EQ(collect(instance, DEADLINE_NONE), timer);
  CHECK_EQ(host_now() - begin, 5 * MS);
  native_alone(set_anew, NULL);
  const int64_t before[] = {0, 100 * MS, 2 * MS};
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(set_timer(timer, 0, before[i], 0), 0);
    begin = host_now();
    new_value = 7 * MS;
    CHECK_EQ(collect(instance, DEADLINE_NONE), timer);
    CHECK_EQ(host_now() - begin, 7 * MS);
  }
  native_alone(NULL, NULL);
  close_instance();
}

static void test_epoll_memory(void) {
  instance = epoll_open(0);
  for (int round = 0; round < 3; round++) {
    open_timer();
    native_fail_alloc(round, false);
    int r = watch(instance, EPOLL_CTL_ADD, timer, EPOLLIN);
    int failed = native_failed_allocs();
    native_fail_alloc(-1, false);
    CHECK_EQ(r, failed ? -ENOMEM : 0);
    CHECK_EQ(set_timer(timer, 0, MS, 0), 0);
    native_advance(MS);
    CHECK_EQ(collect(instance, 0), failed ? 0 : timer);
    close_timer();
  }
  CHECK_EQ(host_fd_close(instance), 0);
}

/* ---- From the event loop ----------------------------------------------------------------------- */

static int calls;
static int64_t last_ticks;

static bool on_timer(int fd, int revents, poll_request_callback callback, void *again) {
  (void)callback;
  calls++;
  last_ticks = revents & POLLIN ? read_timer(fd) : -1;
  return again;
}

/* The host's event loop, up to the next alarm. */
static void pass_until_alarm(void) {
  CHECK(native_alarm() != DEADLINE_NONE);
  native_advance(native_alarm() - host_now());
  event_loop_timers();
  native_settle();
}

static void test_poll_request(void) {
  bool again = true;
  open_timer();
  calls = 0;
  int id = poll_request_start(timer, POLLIN, -1, on_timer, NULL, &again);
  CHECK(id > 0);
  CHECK_EQ(native_alarm(), DEADLINE_NONE);
  CHECK_EQ(set_timer(timer, 0, 5 * MS, 2 * MS), 0);
  native_settle();
  CHECK_EQ(native_alarm(), host_now() + 5 * MS);
  pass_until_alarm();
  CHECK_EQ(calls, 1);
  CHECK_EQ(last_ticks, 1);
  CHECK_EQ(native_alarm(), host_now() + 2 * MS);
  native_advance(5 * MS);
  event_loop_timers();
  native_settle();
  CHECK_EQ(calls, 2);
  CHECK_EQ(last_ticks, 2);
  CHECK_EQ(set_timer(timer, 0, 0, 0), 0);
  pass_until_alarm(); /* of the time before */
  CHECK_EQ(calls, 2);
  CHECK_EQ(native_alarm(), DEADLINE_NONE);
  CHECK_EQ(poll_request_cancel(id), 0);

  /* With a time-out that comes first, and one that does not. */
  CHECK_EQ(set_timer(timer, 0, 50 * MS, 0), 0);
  CHECK(poll_request_start(timer, POLLIN, 30, on_timer, NULL, NULL) > 0);
  pass_until_alarm();
  CHECK_EQ(calls, 3);
  CHECK_EQ(last_ticks, -1);
  CHECK_EQ(native_alarm(), DEADLINE_NONE);
  CHECK(poll_request_start(timer, POLLIN, 30, on_timer, NULL, NULL) > 0);
  pass_until_alarm();
  CHECK_EQ(calls, 4);
  CHECK_EQ(last_ticks, 1);
  CHECK_EQ(native_alarm(), DEADLINE_NONE);
  CHECK_EQ(native_keepalive(), 0);
  close_timer();
}

static void on_instance(void *unused) {
  (void)unused;
  calls++;
  CHECK_EQ(collect(instance, 0), timer);
  last_ticks = read_timer(timer);
}

static void test_epoll_listener(void) {
  open_instance(EPOLLIN | EPOLLET);
  calls = 0;
  CHECK_EQ(set_timer(timer, 0, 5 * MS, 3 * MS), 0);
  CHECK_EQ(epoll_listener_add(instance, on_instance, NULL), 0);
  CHECK_EQ(native_alarm(), host_now() + 5 * MS);
  for (int i = 1; i <= 3; i++) {
    pass_until_alarm();
    CHECK_EQ(calls, i);
    CHECK_EQ(last_ticks, 1);
    CHECK_EQ(native_alarm(), host_now() + 3 * MS);
  }
  CHECK_EQ(set_timer(timer, 0, 1 * MS, 0), 0);
  native_settle();
  CHECK_EQ(native_alarm(), host_now() + 1 * MS);
  pass_until_alarm();
  CHECK_EQ(calls, 4);
  CHECK_EQ(native_alarm(), DEADLINE_NONE);
  CHECK_EQ(set_timer(timer, 0, 1 * MS, 0), 0);
  native_settle();
  CHECK_EQ(epoll_listener_remove(instance, on_instance), 0);
  CHECK_EQ(native_alarm(), DEADLINE_NONE);
  close_instance();
}

int main(void) {
  native_alone(NULL, NULL);
  test_open();
  test_bad_calls();
  test_one_shot();
  test_interval();
  test_extremes();
  test_absolute();
  test_wall_clock();
  test_wall_clock_is_set_back();
  test_blocking_read();
  test_poll();
  test_epoll_level();
  test_epoll_edges();
  test_epoll_add_expired();
  test_epoll_oneshot();
  test_epoll_several();
  test_epoll_nested();
  test_epoll_meanwhile();
  test_epoll_memory();
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table stays */
  test_poll_request();
  test_epoll_listener();
  CHECK_EQ(native_open_fds(), 0);
  return 0;
}
