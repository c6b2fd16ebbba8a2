/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * fcntl(2) and dup3(2). Numbers are the host's: duplicating goes through stock Emscripten for every kind of
 * descriptor, and comes back to the core as fd_attach().
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>

#include "file.h"
#include "std_init.h"
#include "stock.h"

#define SETFL_MASK (O_APPEND | O_ASYNC | O_NOATIME | O_NONBLOCK)

static int set_status_flags(struct file *f, long arg) {
  int mask = SETFL_MASK | f->node->ops->setfl_mask;
  f->flags = (f->flags & ~mask) | ((int)arg & mask);
  return 0;
}

static int duplicate(int fd, long lowest, int flags) {
  int copy = stock_fcntl(fd, F_DUPFD, lowest);
  if (copy >= 0 && flags) {
    fd_set_flags(copy, flags);
  }
  return copy;
}

static int file_fcntl(struct file *f, int fd, int cmd, long arg) {
  switch (cmd) {
    case F_DUPFD:
      return duplicate(fd, arg, 0);
    case F_DUPFD_CLOEXEC:
      return duplicate(fd, arg, FD_CLOEXEC);
    case F_GETFD:
      return fd_get_flags(fd);
    case F_SETFD:
      fd_set_flags(fd, (int)arg);
      return 0;
    case F_GETFL:
      return f->flags;
    case F_SETFL:
      return set_status_flags(f, arg);
    case F_SETPIPE_SZ:
    case F_GETPIPE_SZ:
      /* pipe_fcntl() in fs/pipe.c: not a pipe is a bad descriptor. */
      return f->node->ops->fcntl ? f->node->ops->fcntl(f, cmd, arg) : -EBADF;
    default:
      return f->node->ops->fcntl ? f->node->ops->fcntl(f, cmd, arg) : -EINVAL;
  }
}

int __syscall_fcntl64(int fd, int cmd, ...) {
  va_list ap;
  va_start(ap, cmd);
  long arg = va_arg(ap, long);
  va_end(ap);
  struct file *f = file_get(fd);
  if (!f) {
    bool pipe_only = cmd == F_SETPIPE_SZ || cmd == F_GETPIPE_SZ;
    return pipe_only ? -EBADF : stock_fcntl(fd, cmd, arg);
  }
  int r = file_fcntl(f, fd, cmd, arg);
  file_put(f);
  return r;
}

/* libc's dup2() ends here too. Stock Emscripten would put O_CLOEXEC into the shared status flags. */
int __syscall_dup3(int fd, int to, int flags) {
  if (flags & ~O_CLOEXEC) {
    return -EINVAL;
  }
  int r = stock_dup3(fd, to, 0);
  if (r >= 0) {
    fd_set_flags(r, flags ? FD_CLOEXEC : 0);
  }
  return r;
}
