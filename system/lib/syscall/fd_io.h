/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What read and write share.
 */
#ifndef EMWAKE_SYSCALL_FD_IO_H
#define EMWAKE_SYSCALL_FD_IO_H

#include <fcntl.h>
#include <stdbool.h>
#include <wasi/api.h>

#include "cancel.h"
#include "file.h"

static inline bool is_nonblocking(const struct file *f) {
  return f->flags & O_NONBLOCK;
}

/* SO_RCVTIMEO and SO_SNDTIMEO hold for read and write as well. */
static inline deadline_t deadline_of(const struct file *f, int events) {
  struct node *n = f->node;
  return n->ops->timeout ? deadline_after(n->ops->timeout(n, events)) : DEADLINE_NONE;
}

/* Whether the kind of file has the operation at all. */
static inline bool can_read(const struct file *f) {
  return f->node->ops->read || f->node->ops->socket;
}

static inline bool can_write(const struct file *f) {
  return f->node->ops->write || f->node->ops->socket;
}

/* do_readv() and do_writev(): no bytes at all are no call of the file's, unless they are one empty
   segment, which may be read(2) or write(2) too. */
static inline bool is_nothing(const struct iov_iter *it, size_t segments) {
  return !it->count && segments != 1;
}

/* WASI's convention: a positive errno, and the count by reference. */
static inline __wasi_errno_t wasi_result(ssize_t r, __wasi_size_t *done) {
  act_on_cancel(r);
  if (r < 0) {
    return (__wasi_errno_t)-r;
  }
  *done = (__wasi_size_t)r;
  return 0;
}

#endif
