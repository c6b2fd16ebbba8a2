/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * close(2), for every kind of descriptor: numbers are the host's, and the stock library's close is
 * only there with the file system.
 */
#include <wasi/api.h>

#include "cancel.h"
#include "host.h"

__wasi_errno_t __wasi_fd_close(__wasi_fd_t fd) {
  cancellation_point();
  return (__wasi_errno_t)-host_fd_close(fd);
}
