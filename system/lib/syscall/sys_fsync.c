/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * fsync(2) and fdatasync(2): EINVAL for a special file that does not support synchronization, which
 * all of the core's are.
 */
#include <errno.h>

#include "file.h"
#include "stock.h"

static bool is_ours(int fd) {
  struct file *f = file_get(fd);
  if (f) {
    file_put(f);
  }
  return f;
}

__wasi_errno_t __wasi_fd_sync(__wasi_fd_t fd) {
  return is_ours(fd) ? EINVAL : stock_fd_sync(fd);
}

int __syscall_fdatasync(int fd) {
  return is_ours(fd) ? -EINVAL : stock_fdatasync(fd);
}
