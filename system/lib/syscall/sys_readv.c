/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * readv(2). libc's makes the same call as its read; but one empty segment is no call of the file's
 * (do_readv), as no segment and several empty ones are not, while a read of nothing is: an eventfd
 * answers EINVAL. So here it goes as two.
 */
#include <sys/uio.h>

#include "result.h"
#include "stock.h"

ssize_t readv(int fd, const struct iovec *iov, int n) {
  static const __wasi_iovec_t nothing[2];
  __wasi_size_t done = 0;
  __wasi_errno_t err = n == 1 && iov && !iov->iov_len
                         ? __wasi_fd_read(fd, nothing, 2, &done)
                         : __wasi_fd_read(fd, (const __wasi_iovec_t *)iov, (size_t)n, &done);
  return err ? result(-err) : (ssize_t)done;
}
