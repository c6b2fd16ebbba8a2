/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * <emscripten/waitable.h> over core/waitable.c.
 */
#include <emscripten/waitable.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "file.h"
#include "waitable.h"

#define BITS                                                                                       \
  (POLLIN | POLLPRI | POLLOUT | POLLERR | POLLHUP | POLLRDNORM | POLLRDBAND | POLLWRNORM |         \
   POLLWRBAND | POLLRDHUP)

_Static_assert(sizeof(em_waitable_ops) == sizeof(struct waitable_ops), "one structure");

int emscripten_waitable_create(const em_waitable_ops *ops, void *user_data, int flags) {
  if (flags & ~(O_NONBLOCK | O_CLOEXEC)) {
    return -EINVAL;
  }
  struct node *n = waitable_new((const struct waitable_ops *)ops, user_data);
  return n ? fd_open(n, O_RDWR | flags) : -ENOMEM;
}

int emscripten_waitable_publish(int fd, int set, int clear) {
  int error;
  struct file *f = waitable_of_fd(fd, &error);
  if (!f) {
    return error;
  }
  bool valid = !((set | clear) & ~BITS);
  if (valid) {
    waitable_publish(f->node, set, clear);
  }
  file_put(f);
  return valid ? 0 : -EINVAL;
}
