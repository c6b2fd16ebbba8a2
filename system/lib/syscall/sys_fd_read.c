/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * read, readv and stdio's input: all of libc's end here.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/uio.h>

#include "fd_io.h"
#include "std_init.h"
#include "stock.h"

__wasi_errno_t __wasi_fd_read(__wasi_fd_t fd, const __wasi_iovec_t *iov, size_t n,
                              __wasi_size_t *done) {
  cancellation_point();
  struct file *f = file_get(fd);
  if (!f) {
    return stock_fd_read(fd, iov, n, done);
  }
  struct iov_iter it;
  ssize_t r = -EBADF;
  if ((f->flags & O_ACCMODE) != O_WRONLY) {
    r = iov_iter_init(&it, (const struct iovec *)iov, n > INT_MAX ? -1 : (int)n);
  }
  if (!r && !(f->node->ops->read && is_nothing(&it, n))) {
    r = file_read(f, fd, &it, is_nonblocking(f), deadline_of(f, POLLIN));
  }
  file_put(f);
  return wasi_result(r, done);
}
