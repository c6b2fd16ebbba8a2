/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * writev(2): one empty segment goes as two, as in readv.
 */
#include <sys/uio.h>

#include "result.h"
#include "stock.h"

ssize_t writev(int fd, const struct iovec *iov, int n) {
  static const __wasi_ciovec_t nothing[2];
  __wasi_size_t done = 0;
  __wasi_errno_t err = n == 1 && iov && !iov->iov_len
                         ? __wasi_fd_write(fd, nothing, 2, &done)
                         : __wasi_fd_write(fd, (const __wasi_ciovec_t *)iov, (size_t)n, &done);
  return err ? result(-err) : (ssize_t)done;
}
