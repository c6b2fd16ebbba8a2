/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Nodes whose readiness is published: blocking readers and writers wait for it, from any thread,
 * and vectors are taken a segment at a time.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/uio.h>

#include "calls.h"
#include "check.h"
#include "file.h"
#include "host.h"
#include "lock.h"
#include "poll_fds.h"
#include "waitable.h"

enum { MESSAGES = 2000 };

/* A cell for one byte, which two threads hand messages over by. */
static struct {
  struct lock lock;
  bool full;
  unsigned char byte;
  int closes;
  int fd;
} cell;

static void publish(int set, int clear) {
  int error;
  struct file *f = waitable_of_fd(cell.fd, &error);
  CHECK(f);
  waitable_publish(f->node, set, clear);
  file_put(f);
}

static ssize_t cell_read(void *user, void *buf, size_t len) {
  (void)user;
  lock_acquire(&cell.lock);
  bool full = cell.full && len;
  if (full) {
    *(unsigned char *)buf = cell.byte;
    cell.full = false;
  }
  lock_release(&cell.lock);
  if (full) {
    publish(POLLOUT, 0);
  }
  return full ? 1 : -EAGAIN;
}

static ssize_t cell_write(void *user, const void *buf, size_t len) {
  (void)user;
  lock_acquire(&cell.lock);
  bool room = !cell.full && len;
  if (room) {
    cell.byte = *(const unsigned char *)buf;
    cell.full = true;
  }
  lock_release(&cell.lock);
  if (room) {
    publish(POLLIN, 0);
  }
  return room ? 1 : -EAGAIN;
}

static void cell_close(void *user) {
  (void)user;
  cell.closes++;
}

static const struct waitable_ops cell_ops = {cell_read, cell_write, cell_close};

static void *writer(void *unused) {
  (void)unused;
  for (int i = 0; i < MESSAGES; i++) {
    unsigned char byte = (unsigned char)i;
    CHECK_EQ(call_write(cell.fd, &byte, 1), 1);
  }
  return NULL;
}

static void test_hand_over(void) {
  pthread_t thread;
  cell.fd = fd_open(waitable_new(&cell_ops, NULL), O_RDWR);
  CHECK_EQ(pthread_create(&thread, NULL, writer, NULL), 0);
  for (int i = 0; i < MESSAGES; i++) {
    unsigned char byte;
    CHECK_EQ(call_read(cell.fd, &byte, 1), 1);
    CHECK_EQ(byte, (unsigned char)i);
  }
  CHECK_EQ(pthread_join(thread, NULL), 0);
  host_fd_close(cell.fd);
  CHECK_EQ(cell.closes, 1);
}

static void test_other_descriptors(void) {
  int error;
  CHECK(!waitable_of_fd(-1, &error));
  CHECK_EQ(error, -EBADF);
}

static void test_without_operations(void) {
  char byte = 0;
  int fd = fd_open(waitable_new(NULL, NULL), O_RDWR);
  struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT};
  CHECK_EQ(call_read(fd, &byte, 1), -EINVAL);
  CHECK_EQ(call_write(fd, &byte, 1), -EINVAL);
  CHECK_EQ(poll_fds(&p, 1, 0), 0);
  cell.fd = fd;
  publish(POLLIN, 0);
  CHECK_EQ(poll_fds(&p, 1, 0), 1);
  CHECK_EQ(p.revents, POLLIN);
  publish(POLLHUP, POLLIN);
  CHECK_EQ(poll_fds(&p, 1, 0), 1);
  CHECK_EQ(p.revents, POLLHUP);
  host_fd_close(fd);
}

int main(void) {
  test_without_operations();
  test_other_descriptors();
  test_hand_over();
  return 0;
}
