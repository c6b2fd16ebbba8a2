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

#define SETFL_MASK (O_APPEND | O_NOATIME | O_NONBLOCK)

/* setfl() in fs/fcntl.c: O_DIRECT is refused where it means nothing, O_ASYNC is ignored. */
static int set_status_flags(struct file *f, long arg) {
  int mask = SETFL_MASK | f->node->ops->setfl_mask;
  if (arg & O_DIRECT & ~mask) {
    return -EINVAL;
  }
  f->flags = (f->flags & ~mask) | ((int)arg & mask);
  return 0;
}

/* Numbers are below this, as those of RLIMIT_NOFILE are (libemwake.js, FS.MAX_OPEN_FDS). */
#define MAX_OPEN_FDS 65536

/* Of arg only an int counts: a caller's int leaves the rest of a 64-bit argument undefined. */
static int duplicate(int fd, int lowest, int flags) {
  int copy = stock_fcntl(fd, F_DUPFD, lowest < MAX_OPEN_FDS ? lowest : -1);
  if (copy >= 0 && flags) {
    fd_set_flags(copy, flags);
  }
  return copy;
}

static int file_fcntl(struct file *f, int fd, int cmd, long arg) {
  switch (cmd) {
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
  if (cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC) {
    return duplicate(fd, (int)arg, cmd == F_DUPFD ? 0 : FD_CLOEXEC);
  }
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
