/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * read, readv, write, writev and stdio: all of libc's end in these two.
 */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/uio.h>

#include "file.h"
#include "stock.h"

static bool is_nonblocking(const struct file *f) {
  return f->flags & O_NONBLOCK;
}

/* SO_RCVTIMEO and SO_SNDTIMEO hold for read and write as well. */
static deadline_t deadline_of(const struct file *f, int events) {
  struct node *n = f->node;
  return n->ops->timeout ? deadline_after(n->ops->timeout(n, events)) : DEADLINE_NONE;
}

/* WASI's convention: a positive errno, and the count by reference. */
static __wasi_errno_t wasi_result(ssize_t r, __wasi_size_t *done) {
  if (r < 0) {
    return (__wasi_errno_t)-r;
  }
  *done = (__wasi_size_t)r;
  return 0;
}

__wasi_errno_t __wasi_fd_read(__wasi_fd_t fd, const __wasi_iovec_t *iov, size_t n,
                              __wasi_size_t *done) {
  struct file *f = file_get(fd);
  if (!f) {
    return stock_fd_read(fd, iov, n, done);
  }
  struct iov_iter it;
  ssize_t r = iov_iter_init(&it, (const struct iovec *)iov, n > INT_MAX ? -1 : (int)n);
  if (!r) {
    r = file_read(f, fd, &it, is_nonblocking(f), deadline_of(f, POLLIN));
  }
  file_put(f);
  return wasi_result(r, done);
}

__wasi_errno_t __wasi_fd_write(__wasi_fd_t fd, const __wasi_ciovec_t *iov, size_t n,
                               __wasi_size_t *done) {
  struct file *f = file_get(fd);
  if (!f) {
    return stock_fd_write(fd, iov, n, done);
  }
  struct iov_iter it;
  ssize_t r = iov_iter_init(&it, (const struct iovec *)iov, n > INT_MAX ? -1 : (int)n);
  if (!r) {
    r = file_write(f, fd, &it, is_nonblocking(f), false, deadline_of(f, POLLOUT));
  }
  file_put(f);
  return wasi_result(r, done);
}
