/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * open(2) and openat(2): a FIFO is the core's, everything else the file system's.
 */
#include <fcntl.h>
#include <stdarg.h>

#include "cancel.h"
#include "fifo_hook.h"
#include "stock.h"
#include "syscall_exit.h"

#if EMWAKE_THREADS
_Atomic(fifo_hook_fn) emwake_fifo_hook;
#else
fifo_hook_fn emwake_fifo_hook;
#endif

int __syscall_openat(int dirfd, const char *path, int flags, ...) {
  va_list ap;
  va_start(ap, flags);
  int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, int) : 0;
  va_end(ap);
  cancellation_point();
  fifo_hook_fn open_fifo = flags & O_PATH ? NULL : emwake_fifo_hook;
  ssize_t r;
  do {
    int fd = 0;
    r =
      open_fifo && open_fifo(dirfd, path, flags, &fd) ? fd : stock_openat(dirfd, path, flags, mode);
  } while (syscall_restarts(&r));
  return (int)act_on_cancel(r);
}
