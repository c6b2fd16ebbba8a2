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
#include "syscall_exit.h"

static ssize_t write_file(struct file *f, int fd, const struct iovec *iov, size_t n) {
  struct iov_iter it;
  if ((f->flags & O_ACCMODE) == O_RDONLY) {
    return -EBADF;
  }
  ssize_t r = iov_iter_init(&it, iov, n > INT_MAX ? -1 : (int)n);
  if (r || (can_write(f) && is_nothing(&it, n))) {
    return r;
  }
  return file_write(f, fd, &it, is_nonblocking(f), false, deadline_of(f, POLLOUT));
}

__wasi_errno_t __wasi_fd_write(__wasi_fd_t fd, const __wasi_ciovec_t *iov, size_t n,
                               __wasi_size_t *done) {
  cancellation_point();
  ssize_t r;
  do {
    struct file *f = file_get(fd);
    if (!f) {
      __wasi_errno_t err = stock_fd_write(fd, iov, n, done);
      if (err == EPIPE) {
        host_raise_sigpipe();
      }
      syscall_exit();
      return err;
    }
    r = write_file(f, (int)fd, (const struct iovec *)iov, n);
    file_put(f);
  } while (syscall_restarts(&r));
  return wasi_result(r, done);
}
