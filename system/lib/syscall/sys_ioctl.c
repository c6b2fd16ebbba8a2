/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * ioctl(2): the requests that every descriptor has (do_vfs_ioctl in fs/ioctl.c), then the node's
 * own.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/ioctl.h>

#include "file.h"
#include "stock.h"
#include "user_memory.h"

static int set_flag(struct file *f, int flag, const int *on) {
  if (!user_range_ok(on, sizeof *on)) {
    return -EFAULT;
  }
  f->flags = *on ? f->flags | flag : f->flags & ~flag;
  return 0;
}

/* ioctl_fioasync(): what cannot have the flag may still be told not to. */
static int set_async(struct file *f, const int *on) {
  if (!(f->node->ops->setfl_mask & O_ASYNC)) {
    return !user_range_ok(on, sizeof *on) ? -EFAULT : *on ? -ENOTTY : 0;
  }
  return set_flag(f, O_ASYNC, on);
}

static int file_ioctl(struct file *f, int fd, unsigned request, void *arg) {
  switch (request) {
    case FIOCLEX:
      fd_set_flags(fd, FD_CLOEXEC);
      return 0;
    case FIONCLEX:
      fd_set_flags(fd, 0);
      return 0;
    case FIONBIO:
      return set_flag(f, O_NONBLOCK, arg);
    case FIOASYNC:
      return set_async(f, arg);
    default:
      return f->node->ops->ioctl ? f->node->ops->ioctl(f, request, arg) : -ENOTTY;
  }
}

int __syscall_ioctl(int fd, int request, ...) {
  va_list ap;
  va_start(ap, request);
  void *arg = va_arg(ap, void *);
  va_end(ap);
  struct file *f = file_get(fd);
  if (!f) {
    return stock_ioctl(fd, request, arg);
  }
  int r = file_ioctl(f, fd, (unsigned)request, arg);
  file_put(f);
  return r;
}
