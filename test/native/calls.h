/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * System calls on the core's descriptors, as the syscall layer makes them, for the unit tests. All
 * of them return what the system call would, with errors as a negative errno.
 */
#ifndef EMWAKE_TEST_CALLS_H
#define EMWAKE_TEST_CALLS_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>

#include "file.h"

static inline ssize_t call_read(int fd, void *buf, size_t len) {
  struct file *f = file_get(fd);
  if (!f) {
    return -EBADF;
  }
  struct iovec seg;
  struct iov_iter it;
  ssize_t r = iov_iter_init_buf(&it, &seg, buf, len);
  if (!r) {
    r = file_read(f, fd, &it, f->flags & O_NONBLOCK, DEADLINE_NONE);
  }
  file_put(f);
  return r;
}

static inline ssize_t call_write(int fd, const void *buf, size_t len) {
  struct file *f = file_get(fd);
  if (!f) {
    return -EBADF;
  }
  struct iovec seg;
  struct iov_iter it;
  ssize_t r = iov_iter_init_buf(&it, &seg, buf, len);
  if (!r) {
    r = file_write(f, fd, &it, f->flags & O_NONBLOCK, false, DEADLINE_NONE);
  }
  file_put(f);
  return r;
}

/* Changes O_NONBLOCK, O_DIRECT. */
static inline void call_set_flags(int fd, int flags) {
  struct file *f = file_get(fd);
  f->flags = (f->flags & O_ACCMODE) | flags;
  file_put(f);
}

static inline int call_ioctl(int fd, unsigned long request, void *arg) {
  struct file *f = file_get(fd);
  int r = f->node->ops->ioctl ? f->node->ops->ioctl(f, request, arg) : -ENOTTY;
  file_put(f);
  return r;
}

static inline int call_fcntl(int fd, int cmd, long arg) {
  struct file *f = file_get(fd);
  int r = f->node->ops->fcntl ? f->node->ops->fcntl(f, cmd, arg) : -EINVAL;
  file_put(f);
  return r;
}

/* An eventfd's counter. */
static inline int call_add(int fd, uint64_t value) {
  return (int)call_write(fd, &value, sizeof value);
}

/* poll(2)'s bits of fd now, without any that were asked for; -EBADF. */
static inline int call_readiness(int fd) {
  struct node *n = node_of_fd(fd);
  if (!n) {
    return -EBADF;
  }
  int mask = node_poll(n);
  node_put(n);
  return mask;
}

#endif
