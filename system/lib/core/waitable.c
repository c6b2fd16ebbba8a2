/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */
#include "waitable.h"

#include <errno.h>
#include <poll.h>

#include "file.h"
#include "kmem.h"

struct waitable {
  struct node node;
  const struct waitable_ops *ops;
  void *user;
#if EMWAKE_THREADS
  _Atomic int ready;
#else
  int ready;
#endif
};

static const struct waitable_ops no_ops;

static int waitable_poll(struct node *n) {
  return ((struct waitable *)n)->ready;
}

/* The current segment alone: the rest is for the next call, as a short count allows. */
static ssize_t waitable_read(struct file *f, struct iov_iter *it) {
  struct waitable *w = (struct waitable *)f->node;
  if (!w->ops->read) {
    return -EINVAL;
  }
  size_t len;
  void *to = iov_iter_segment(it, &len);
  ssize_t n = w->ops->read(w->user, to, len);
  if (n > 0) {
    iov_iter_advance(it, (size_t)n);
  }
  return n;
}

static ssize_t waitable_write(struct file *f, struct iov_iter *it) {
  struct waitable *w = (struct waitable *)f->node;
  if (!w->ops->write) {
    return -EINVAL;
  }
  size_t len;
  const void *from = iov_iter_segment(it, &len);
  ssize_t n = w->ops->write(w->user, from, len);
  if (n > 0) {
    iov_iter_advance(it, (size_t)n);
  }
  return n == 0 && len ? -EAGAIN : n;
}

static void waitable_close(struct node *n) {
  struct waitable *w = (struct waitable *)n;
  if (w->ops->close) {
    w->ops->close(w->user);
  }
}

static void waitable_free(struct node *n) {
  kmem_free(n, sizeof(struct waitable));
}

static const struct node_ops waitable_node_ops = {
  .name = "waitable",
  .poll = waitable_poll,
  .read = waitable_read,
  .write = waitable_write,
  .close = waitable_close,
  .free = waitable_free,
};

struct node *waitable_new(const struct waitable_ops *ops, void *user) {
  struct waitable *w = kmem_zalloc(sizeof *w);
  if (!w) {
    return NULL;
  }
  w->ops = ops ? ops : &no_ops;
  w->user = user;
  node_init(&w->node, &waitable_node_ops);
  return &w->node;
}

struct file *waitable_of_fd(int fd, int *error) {
  struct file *f = file_get(fd);
  if (f && f->node->ops == &waitable_node_ops) {
    return f;
  }
  struct node *other = f ? NULL : node_of_fd(fd);
  *error = f || other ? -EINVAL : -EBADF;
  if (other) {
    node_put(other);
  }
  if (f) {
    file_put(f);
  }
  return NULL;
}

bool waitable_user(struct node *n, const struct waitable_ops *ops, void **user) {
  struct waitable *w = (struct waitable *)n;
  *user = w->user;
  return w->ops == ops;
}

void waitable_publish(struct node *n, int set, int clear) {
  struct waitable *w = (struct waitable *)n;
  set &= ~clear;
  w->ready |= set;
  w->ready &= ~clear;
  if (set) {
    notify_node_listeners(n, set);
  }
}
