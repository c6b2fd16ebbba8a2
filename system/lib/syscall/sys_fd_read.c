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
#include "syscall_exit.h"

static ssize_t read_file(struct file *f, int fd, const struct iovec *iov, size_t n) {
  struct iov_iter it;
  if ((f->flags & O_ACCMODE) == O_WRONLY) {
    return -EBADF;
  }
  ssize_t r = iov_iter_init(&it, iov, n > INT_MAX ? -1 : (int)n);
  if (r || (can_read(f) && is_nothing(&it, n))) {
    return r;
  }
  return file_read(f, fd, &it, is_nonblocking(f), deadline_of(f, POLLIN));
}

__wasi_errno_t __wasi_fd_read(__wasi_fd_t fd, const __wasi_iovec_t *iov, size_t n,
                              __wasi_size_t *done) {
  cancellation_point();
  ssize_t r;
  do {
    struct file *f = file_get(fd);
    if (!f) {
      __wasi_errno_t err = stock_fd_read(fd, iov, n, done);
      syscall_exit();
      return err;
    }
    r = read_file(f, (int)fd, (const struct iovec *)iov, n);
    file_put(f);
  } while (syscall_restarts(&r));
  return wasi_result(r, done);
}
