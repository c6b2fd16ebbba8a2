/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * write, writev and stdio's output: all of libc's end here.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/uio.h>

#include "fd_io.h"
#include "host.h"
#include "stock.h"

__wasi_errno_t __wasi_fd_write(__wasi_fd_t fd, const __wasi_ciovec_t *iov, size_t n,
                               __wasi_size_t *done) {
  cancellation_point();
  struct file *f = file_get(fd);
  if (!f) {
    __wasi_errno_t err = stock_fd_write(fd, iov, n, done);
    if (err == EPIPE) {
      host_raise_sigpipe();
    }
    return err;
  }
  struct iov_iter it;
  ssize_t r = -EBADF;
  if ((f->flags & O_ACCMODE) != O_RDONLY) {
    r = iov_iter_init(&it, (const struct iovec *)iov, n > INT_MAX ? -1 : (int)n);
  }
  if (!r && !(f->node->ops->write && is_nothing(&it, n))) {
    r = file_write(f, fd, &it, is_nonblocking(f), false, deadline_of(f, POLLOUT));
  }
  file_put(f);
  return wasi_result(r, done);
}
