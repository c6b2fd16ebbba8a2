/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Out of memory: every operation is run again and again, with its first, second, ... allocation
 * failing, until none is left to fail. Each time the answer is ENOMEM, nothing leaks, and what was
 * there before still works.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/select.h>

#include "calls.h"
#include "check.h"
#include "event_loop.h"
#include "eventfd.h"
#include "fake_node.h"
#include "host_native.h"
#include "pipe.h"
#include "poll_fds.h"
#include "poll_request.h"

/* An operation returns 0 if all went well, after it has undone what it did; or a negative errno. */
typedef int (*operation)(void);

/* Fails each allocation of op once, alone or with all that follow. op makes at least `at_least`. */
static void fail_each(operation op, int at_least) {
  CHECK_EQ(op(), 0); /* what stays allocated for good, such as a chunk of the table, is there now */
  for (int all_later = 0; all_later < 2; all_later++) {
    int n = 0, failed;
    do {
      long blocks = native_live_blocks();
      int fds = native_open_fds(), alive = native_keepalive();
      native_fail_alloc(n, all_later);
      int r = op();
      failed = native_failed_allocs();
      native_fail_alloc(-1, false);
      CHECK_EQ(r, failed ? -ENOMEM : 0);
      CHECK_EQ(native_live_blocks(), blocks);
      CHECK_EQ(native_open_fds(), fds);
      CHECK_EQ(native_keepalive(), alive);
      n += failed != 0;
    } while (failed);
    CHECK(n >= at_least);
  }
}

static int open_a_pipe(void) {
  int fds[2] = {-7, -7};
  int err = pipe_open(fds, 0);
  if (err) {
    CHECK_EQ(fds[0], -7);
    CHECK_EQ(fds[1], -7);
    return err;
  }
  CHECK_EQ(host_fd_close(fds[0]), 0);
  CHECK_EQ(host_fd_close(fds[1]), 0);
  return 0;
}

static int open_an_eventfd(void) {
  int fd = eventfd_open(0, 0);
  return fd < 0 ? fd : host_fd_close(fd);
}

static int fds[2];
static char buf[65536];

/* The first write to a pipe allocates its pages; one that fails has written nothing. */
static int write_to_a_new_pipe(void) {
  int n = -1;
  int err = pipe_open(fds, O_NONBLOCK);
  if (err) {
    return err;
  }
  ssize_t r = call_write(fds[1], "abc", 3);
  CHECK_EQ(call_ioctl(fds[0], FIONREAD, &n), 0);
  CHECK_EQ(n, r < 0 ? 0 : 3);
  CHECK_EQ(host_fd_close(fds[0]), 0);
  CHECK_EQ(host_fd_close(fds[1]), 0);
  return r < 0 ? (int)r : 0;
}

/* A pipe that cannot be resized keeps its size and its bytes. */
static int resize_a_pipe(void) {
  int p[2];
  int err = pipe_open(p, O_NONBLOCK);
  if (err) {
    return err;
  }
  ssize_t n = call_write(p[1], "abcde", 5);
  int r = call_fcntl(p[0], F_SETPIPE_SZ, 1 << 18);
  CHECK_EQ(call_fcntl(p[0], F_GETPIPE_SZ, 0), r < 0 ? 1 << 16 : 1 << 18);
  CHECK_EQ(call_read(p[0], buf, sizeof buf), n < 0 ? -EAGAIN : 5);
  CHECK(n < 0 || memcmp(buf, "abcde", 5) == 0);
  CHECK_EQ(host_fd_close(p[0]), 0);
  CHECK_EQ(host_fd_close(p[1]), 0);
  return n < 0 ? (int)n : r < 0 ? r : 0;
}

static int poll_many(void) {
  struct pollfd p[100];
  for (int i = 0; i < 100; i++) {
    p[i] = (struct pollfd){.fd = fds[0], .events = POLLIN, .revents = -7};
  }
  return poll_fds(p, 100, host_now() + 1);
}

static int select_many(void) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fds[0], &set);
  int r = select_fds(fds[0] + 1, &set, NULL, NULL, host_now() + 1);
  CHECK_EQ(FD_ISSET(fds[0], &set) != 0, r == -ENOMEM); /* on an error the sets stay as they were */
  return r;
}

static bool ignore(int fd, int revents, poll_request_callback callback, void *user) {
  (void)fd;
  (void)revents;
  (void)callback;
  (void)user;
  return false;
}

/* As many as make the list of ids and the heap of timers grow. */
static int start_requests(void) {
  int ids[40], n = 0, err = 0;
  while (n < 40 && !err) {
    ids[n] = poll_request_start(fds[0], POLLIN, 1000, ignore, NULL, NULL);
    err = ids[n] < 0 ? ids[n] : 0;
    n += !err;
  }
  while (n > 0) {
    CHECK_EQ(poll_request_cancel(ids[--n]), 0);
  }
  CHECK_EQ(native_alarm(), DEADLINE_NONE);
  return err;
}

/* The list of ids and the heap of timers do not shrink, so that each growth can fail only once. */
static void fail_growth(void) {
  int failures = 0;
  for (int n = 0; n < 200; n++) {
    int alive = native_keepalive();
    native_fail_alloc(n, true);
    int r = start_requests();
    int failed = native_failed_allocs();
    native_fail_alloc(-1, false);
    CHECK_EQ(r, failed ? -ENOMEM : 0);
    CHECK_EQ(native_keepalive(), alive);
    failures += failed != 0;
  }
  CHECK(failures >= 40);
  long blocks = native_live_blocks();
  CHECK_EQ(start_requests(), 0);
  CHECK_EQ(native_live_blocks(), blocks);
}

/* A chunk of the descriptor table that cannot be had. */
static void fail_a_new_chunk(void) {
  struct fake_node fake;
  native_first_fd(1000);
  fake_init(&fake, &fake_ops);
  long blocks = native_live_blocks();
  native_fail_alloc(1, false); /* after the description */
  CHECK_EQ(fd_open(&fake.node, O_RDONLY), -ENOMEM);
  CHECK_EQ(native_failed_allocs(), 1);
  CHECK_EQ(native_live_blocks(), blocks);
  CHECK_EQ(fake.closes, 1);
  CHECK_EQ(fake.frees, 1);
  fake_init(&fake, &fake_ops);
  CHECK_EQ(fd_open(&fake.node, O_RDONLY), 1000);
  CHECK_EQ(host_fd_close(1000), 0);
  native_first_fd(300);
}

/* No number for the first, or for the second of a pipe's descriptors. */
static void no_numbers(void) {
  for (int n = 0; n < 2; n++) {
    int none[2] = {-7, -7};
    long blocks = native_live_blocks();
    native_limit_fds(n);
    CHECK_EQ(pipe_open(none, 0), -EMFILE);
    CHECK_EQ(none[0], -7);
    CHECK_EQ(none[1], -7);
    CHECK_EQ(native_live_blocks(), blocks);
  }
  native_limit_fds(0);
  CHECK_EQ(eventfd_open(0, 0), -EMFILE);
  native_limit_fds(-1);
}

int main(void) {
  native_alone(NULL, NULL);
  fail_each(open_a_pipe, 4);
  fail_each(open_an_eventfd, 2);
  fail_each(write_to_a_new_pipe, 5);
  fail_each(resize_a_pipe, 7);
  CHECK_EQ(pipe_open(fds, O_NONBLOCK), 0);
  fail_each(poll_many, 1);
  fail_each(select_many, 1);
  fail_growth();
  fail_each(start_requests, 40);
  CHECK_EQ(host_fd_close(fds[0]), 0);
  CHECK_EQ(host_fd_close(fds[1]), 0);
  fail_a_new_chunk();
  no_numbers();
  CHECK_EQ(native_open_fds(), 0);
  return 0;
}
