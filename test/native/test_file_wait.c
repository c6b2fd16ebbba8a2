/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Blocking read and write: they sleep until they can go on, and what ends them otherwise: a close,
 * a deadline, a signal, a stack that cannot wait.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>

#include "calls.h"
#include "check.h"
#include "eventfd.h"
#include "fake_node.h"
#include "host_native.h"
#include "pipe.h"
#include "syscall_exit.h"

#define MS INT64_C(1000000)

static int fds[2];
static char big[200000], got[200000];

static void write_hello(void *arg) {
  (void)arg;
  CHECK_EQ(call_write(fds[1], "hello", 5), 5);
}

static void test_read_waits_for_bytes(void) {
  CHECK_EQ(pipe_open(fds, 0), 0);
  native_alone(write_hello, NULL);
  CHECK_EQ(call_read(fds[0], got, 100), 5);
  CHECK_BYTES(got, "hello", 5);
}

static size_t taken;

static void read_some(void *arg) {
  (void)arg;
  ssize_t n = call_read(fds[0], got + taken, 10000);
  CHECK(n > 0);
  taken += n;
}

/* write(2) on a blocking pipe goes on until everything is in it. */
static void test_write_waits_for_room(void) {
  for (size_t i = 0; i < sizeof big; i++) {
    big[i] = (char)(i * 31 >> 3);
  }
  native_alone(read_some, NULL);
  int sleeps = native_sleeps();
  CHECK_EQ(call_write(fds[1], big, sizeof big), sizeof big);
  CHECK(native_sleeps() > sleeps);
  while (taken < sizeof big) {
    read_some(NULL);
  }
  CHECK_BYTES(got, big, sizeof big);
}

static void close_reader(void *arg) {
  (void)arg;
  CHECK_EQ(host_fd_close(fds[0]), 0);
}

static void close_writer(void *arg) {
  (void)arg;
  CHECK_EQ(host_fd_close(fds[1]), 0);
}

/* A descriptor closed under the one who waits on it: he does not wait for ever. */
static void test_close_of_the_own_descriptor(void) {
  native_alone(close_reader, NULL);
  CHECK_EQ(call_read(fds[0], got, 1), -EBADF);
  CHECK_EQ(host_fd_close(fds[1]), 0);

  CHECK_EQ(pipe_open(fds, 0), 0);
  native_alone(close_writer, NULL);
  CHECK_EQ(call_write(fds[1], big, sizeof big), 65536); /* what was accepted counts */
  CHECK_EQ(host_fd_close(fds[0]), 0);
}

/* A dup of it keeps the pipe open, but not the descriptor. */
static void test_close_of_the_own_descriptor_with_a_dup(void) {
  CHECK_EQ(pipe_open(fds, 0), 0);
  int dup = native_dup(fds[0]);
  native_alone(close_reader, NULL);
  CHECK_EQ(call_read(fds[0], got, 1), -EBADF);
  CHECK_EQ(call_write(fds[1], "x", 1), 1);
  CHECK_EQ(call_read(dup, got, 1), 1);
  CHECK_EQ(host_fd_close(dup), 0);
  CHECK_EQ(host_fd_close(fds[1]), 0);
}

static void test_close_of_the_other_end(void) {
  CHECK_EQ(pipe_open(fds, 0), 0);
  native_alone(close_writer, NULL);
  CHECK_EQ(call_read(fds[0], got, 1), 0); /* end of file */
  CHECK_EQ(host_fd_close(fds[0]), 0);

  CHECK_EQ(pipe_open(fds, 0), 0);
  native_alone(close_reader, NULL);
  int sigpipes = native_sigpipes();
  CHECK_EQ(call_write(fds[1], big, sizeof big), 65536); /* the part that was written */
  CHECK_EQ(native_sigpipes(), sigpipes + 1);            /* but pipe_write() has raised it */
  CHECK_EQ(call_write(fds[1], big, 1), -EPIPE);
  CHECK_EQ(native_sigpipes(), sigpipes + 2);
  CHECK_EQ(host_fd_close(fds[1]), 0);
}

static ssize_t read_until(deadline_t deadline) {
  struct file *f = file_get(fds[0]);
  struct iovec seg;
  struct iov_iter it;
  CHECK_EQ(iov_iter_init_buf(&it, &seg, got, 1), 0);
  ssize_t r = file_read(f, fds[0], &it, false, deadline);
  file_put(f);
  return r;
}

/* SO_RCVTIMEO, socket(7): EAGAIN, as for a call that does not block. */
static void test_deadline(void) {
  CHECK_EQ(pipe_open(fds, 0), 0);
  native_alone(NULL, NULL);
  int64_t start = host_now();
  CHECK_EQ(read_until(start + 3 * MS), -EAGAIN);
  CHECK_EQ(host_now(), start + 3 * MS);
}

static void test_what_the_host_says(void) {
  native_end_next_sleep(-EINTR);
  CHECK_EQ(read_until(DEADLINE_NONE), -ERESTARTSYS);
  native_end_next_sleep(-EINTR);
  CHECK_EQ(read_until(host_now() + MS), -EINTR);
  native_end_next_sleep(-EDEADLK);
  CHECK_EQ(read_until(DEADLINE_NONE), -EDEADLK);
  native_end_next_sleep(0); /* spurious: it goes on waiting */
  native_alone(write_hello, NULL);
  CHECK_EQ(read_until(DEADLINE_NONE), 1);
  native_alone(NULL, NULL);
  CHECK_EQ(call_read(fds[0], got, 100), 4);

  CHECK_EQ(call_write(fds[1], big, 65536), 65536);
  native_end_next_sleep(-EINTR);
  CHECK_EQ(call_write(fds[1], big, 1), -ERESTARTSYS);
  native_end_next_sleep(-EINTR);
  CHECK_EQ(call_read(fds[0], got, 4096), 4096);
  CHECK_EQ(call_write(fds[1], big, 8192), 4096); /* interrupted in the middle, signal(7) */
}

static void test_the_wrong_end(void) {
  CHECK_EQ(call_read(fds[1], got, 1), -EBADF);
  CHECK_EQ(call_write(fds[0], got, 1), -EBADF);
  CHECK_EQ(call_read(fds[1], got, 0), -EBADF);
  close_reader(NULL);
  close_writer(NULL);
  struct fake_node mute;
  fake_init(&mute, &fake_ops);
  int fd = fd_open(&mute.node, O_RDWR);
  CHECK_EQ(call_read(fd, got, 1), -EINVAL); /* a kind that cannot be read */
  CHECK_EQ(call_write(fd, got, 1), -EINVAL);
  CHECK_EQ(host_fd_close(fd), 0);
}

static int event;

static void drain(void *arg) {
  (void)arg;
  CHECK_EQ(call_read(event, got, 8), 8);
}

/*
 * Readiness does not say that an operation can go on: an eventfd is writable as long as 1 fits, and
 * a write of more than fits sleeps until it does, eventfd(2).
 */
static void test_writable_but_not_for_this(void) {
  event = eventfd_open(0, 0);
  CHECK_EQ(call_add(event, UINT64_MAX - 3), 8);
  CHECK_EQ(call_readiness(event) & POLLOUT, POLLOUT);
  native_alone(drain, NULL);
  int sleeps = native_sleeps();
  CHECK_EQ(call_add(event, 5), 8);
  CHECK_EQ(native_sleeps(), sleeps + 1);
  native_alone(NULL, NULL);
  CHECK_EQ(call_read(event, got, 8), 8);
  uint64_t five = 5;
  CHECK_BYTES(got, &five, 8);
  CHECK_EQ(host_fd_close(event), 0);
}

/* ---- file_wait(), for what waits and is neither a read nor a write ----------------------------- */

static struct fake_node fake;
static int fake_fd, becomes;

static void become(void *arg) {
  (void)arg;
  native_alone(NULL, NULL); /* once */
  fake_become(&fake, becomes);
}

static void close_fake(void *arg) {
  (void)arg;
  CHECK_EQ(host_fd_close(fake_fd), 0);
}

static int wait_for(struct file *f, int events, deadline_t deadline) {
  int r = file_wait(f, fake_fd, events, deadline);
  CHECK(!fake.node.queue.head);
  return r;
}

static void test_file_wait(void) {
  fake_init(&fake, &fake_ops);
  fake_fd = fd_open(&fake.node, O_RDWR);
  struct file *f = file_get(fake_fd);
  int sleeps = native_sleeps();
  fake.ready = POLLIN | POLLOUT;
  CHECK_EQ(wait_for(f, POLLIN, DEADLINE_NONE), 0);
  CHECK_EQ(native_sleeps(), sleeps); /* ready already */
  static const int ends[] = {POLLIN, POLLERR, POLLHUP};
  for (int i = 0; i < 3; i++) {
    fake.ready = 0;
    becomes = ends[i];
    native_alone(become, NULL);
    CHECK_EQ(wait_for(f, POLLIN, DEADLINE_NONE), 0);
  }
  fake.ready = 0;
  becomes = POLLOUT;
  native_alone(become, NULL);
  CHECK_EQ(wait_for(f, POLLIN, host_now() + MS), -ETIMEDOUT);
  native_end_next_sleep(-EINTR);
  CHECK_EQ(wait_for(f, POLLIN, DEADLINE_NONE), -ERESTARTSYS);
  native_alone(close_fake, NULL);
  CHECK_EQ(wait_for(f, POLLIN, DEADLINE_NONE), -EBADF);
  fake.ready = POLLIN;
  CHECK_EQ(wait_for(f, POLLIN, DEADLINE_NONE), -EBADF); /* closed counts more than ready */
  file_put(f);
  CHECK_EQ(fake.frees, 1);
}

/* A thread that is to be cancelled lets go of everything first; what has been moved counts. */
static void test_cancelled(void) {
  static char bytes[65536 + 10];
  int fds[2];
  CHECK_EQ(pipe_open(fds, 0), 0);
  struct node *n = node_of_fd(fds[0]);
  native_end_next_sleep(-ECANCELED);
  CHECK_EQ(call_read(fds[0], bytes, 1), -ECANCELED);
  CHECK(wait_queue_is_empty(&n->queue));
  node_put(n);
  n = node_of_fd(fds[1]);
  native_end_next_sleep(-ECANCELED);
  CHECK_EQ(call_write(fds[1], bytes, sizeof bytes), 65536);
  native_end_next_sleep(-ECANCELED);
  CHECK_EQ(call_write(fds[1], bytes, 10), -ECANCELED);
  CHECK(wait_queue_is_empty(&n->queue));
  node_put(n);
  CHECK_EQ(host_fd_close(fds[0]), 0);
  CHECK_EQ(host_fd_close(fds[1]), 0);
}

int main(void) {
  test_read_waits_for_bytes();
  test_write_waits_for_room();
  test_close_of_the_own_descriptor();
  test_close_of_the_own_descriptor_with_a_dup();
  test_close_of_the_other_end();
  test_deadline();
  test_what_the_host_says();
  test_the_wrong_end();
  test_writable_but_not_for_this();
  test_file_wait();
  CHECK_EQ(native_open_fds(), 0);
  test_cancelled();
  return 0;
}
