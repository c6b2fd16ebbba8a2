/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * eventfd(2): the counter, its limits, and semaphore mode.
 */
#include "eventfd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "calls.h"
#include "check.h"
#include "host_native.h"

#define SEMAPHORE 1 /* EFD_SEMAPHORE */
#define MAX UINT64_MAX

static int64_t take(int fd) {
  uint64_t value = 0;
  ssize_t r = call_read(fd, &value, sizeof value);
  return r < 0 ? r : (int64_t)value;
}

static void test_open(void) {
  CHECK_EQ(eventfd_open(0, O_APPEND), -EINVAL);
  int fd = eventfd_open(7, O_CLOEXEC | O_NONBLOCK);
  CHECK_EQ(fd_get_flags(fd), FD_CLOEXEC);
  struct file *f = file_get(fd);
  CHECK_EQ(f->flags, O_RDWR | O_NONBLOCK);
  file_put(f);
  CHECK_EQ(take(fd), 7);
  CHECK_EQ(host_fd_close(fd), 0);
}

static void test_counter(void) {
  int fd = eventfd_open(0, O_NONBLOCK);
  CHECK_EQ(take(fd), -EAGAIN);
  CHECK_EQ(call_add(fd, 3), 8);
  CHECK_EQ(call_add(fd, 4), 8);
  CHECK_EQ(call_add(fd, 0), 8);
  CHECK_EQ(take(fd), 7);
  CHECK_EQ(take(fd), -EAGAIN);
  CHECK_EQ(host_fd_close(fd), 0);
}

static void test_semaphore(void) {
  int fd = eventfd_open(2, O_NONBLOCK | SEMAPHORE);
  CHECK_EQ(call_add(fd, 1), 8);
  CHECK_EQ(take(fd), 1);
  CHECK_EQ(take(fd), 1);
  CHECK_EQ(take(fd), 1);
  CHECK_EQ(take(fd), -EAGAIN);
  CHECK_EQ(host_fd_close(fd), 0);
}

/* The counter never passes 2^64 - 2; a write that would is refused whole. */
static void test_limits(void) {
  int fd = eventfd_open(0, O_NONBLOCK);
  CHECK_EQ(call_add(fd, MAX), -EINVAL);
  CHECK_EQ(call_add(fd, MAX - 1), 8);
  CHECK_EQ(call_readiness(fd), POLLIN);
  CHECK_EQ(call_add(fd, 1), -EAGAIN);
  CHECK_EQ(call_add(fd, 0), 8);
  CHECK_EQ(take(fd), (int64_t)(MAX - 1));
  CHECK_EQ(call_add(fd, MAX - 2), 8);
  CHECK_EQ(call_readiness(fd), POLLIN | POLLOUT);
  CHECK_EQ(call_add(fd, 2), -EAGAIN);
  CHECK_EQ(take(fd), (int64_t)(MAX - 2));
  CHECK_EQ(call_readiness(fd), POLLOUT);
  CHECK_EQ(host_fd_close(fd), 0);
}

static void test_sizes(void) {
  int fd = eventfd_open(5, O_NONBLOCK);
  char buf[16];
  CHECK_EQ(call_read(fd, buf, 7), -EINVAL);
  CHECK_EQ(call_read(fd, buf, 0), -EINVAL);
  CHECK_EQ(call_write(fd, buf, 7), -EINVAL);
  CHECK_EQ(call_read(fd, buf, 16), 8);
  CHECK_EQ(host_fd_close(fd), 0);
}

/* What is read may be scattered; each segment that is written is a write of its own. */
static void test_scattered(void) {
  int fd = eventfd_open(0, O_NONBLOCK);
  uint64_t in = UINT64_C(0x1122334455667788), out = 0;
  uint64_t more = 1;
  struct iovec halves[2] = {{&in, 3}, {(char *)&in + 3, 5}},
               from[4] = {{&in, 8}, {&in, 0}, {&more, 8}, {&in, 0}},
               to[2] = {{&out, 1}, {(char *)&out + 1, 7}};
  struct file *f = file_get(fd);
  struct iov_iter it;
  CHECK_EQ(iov_iter_init(&it, halves, 2), 0);
  CHECK_EQ(file_write(f, fd, &it, true, false, DEADLINE_NONE), -EINVAL);
  CHECK_EQ(iov_iter_init(&it, from, 4), 0);
  CHECK_EQ(file_write(f, fd, &it, true, false, DEADLINE_NONE), 16);
  CHECK_EQ(iov_iter_init(&it, to, 2), 0);
  CHECK_EQ(file_read(f, fd, &it, true, DEADLINE_NONE), 8);
  CHECK_EQ(out, in + 1);
  file_put(f);
  CHECK_EQ(host_fd_close(fd), 0);
}

static int event;

static void add_one(void *arg) {
  (void)arg;
  CHECK_EQ(call_add(event, 1), 8);
}

static void take_all(void *arg) {
  (void)arg;
  CHECK(take(event) != 0);
}

static void test_blocking(void) {
  event = eventfd_open(0, 0);
  native_alone(add_one, NULL);
  CHECK_EQ(take(event), 1);
  CHECK_EQ(call_add(event, MAX - 1), 8);
  native_alone(take_all, NULL);
  CHECK_EQ(call_add(event, 1), 8);
  CHECK_EQ(take(event), 1);
  CHECK_EQ(host_fd_close(event), 0);
}

int main(void) {
  test_open();
  test_counter();
  test_semaphore();
  test_limits();
  test_sizes();
  test_scattered();
  test_blocking();
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table stays */
  return 0;
}
