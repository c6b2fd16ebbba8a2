/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * eventfd(2): a 64-bit counter that is readable while it is not zero (fs/eventfd.c).
 */
#include "eventfd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "file.h"
#include "kmem.h"

/* <sys/eventfd.h> of the kernel's interface; emcc's sysroot has no such header. */
#define EFD_SEMAPHORE 1

struct eventfd {
  struct node node;
  struct lock lock;
  uint64_t count;
  bool semaphore;
};

static int eventfd_poll(struct node *n) {
  struct eventfd *e = (struct eventfd *)n;
  lock_acquire(&e->lock);
  uint64_t count = e->count;
  lock_release(&e->lock);
  int mask = 0;
  if (count > 0) {
    mask |= POLLIN;
  }
  if (count == UINT64_MAX) {
    mask |= POLLERR;
  }
  if (count < UINT64_MAX - 1) {
    mask |= POLLOUT;
  }
  return mask;
}

static ssize_t eventfd_read(struct file *f, struct iov_iter *it) {
  struct eventfd *e = (struct eventfd *)f->node;
  if (it->count < sizeof e->count) {
    return -EINVAL;
  }
  lock_acquire(&e->lock);
  uint64_t value = e->semaphore && e->count ? 1 : e->count;
  e->count -= value;
  lock_release(&e->lock);
  if (!value) {
    return -EAGAIN;
  }
  iov_iter_copy_to(it, &value, sizeof value);
  notify_node_listeners(&e->node, POLLOUT);
  return sizeof value;
}

/* Each segment is a write of its own. */
static ssize_t eventfd_write(struct file *f, struct iov_iter *it) {
  struct eventfd *e = (struct eventfd *)f->node;
  uint64_t value;
  if (iov_iter_segment_len(it) != sizeof value) {
    return -EINVAL;
  }
  /* Peeked at: a write that has to wait takes nothing. */
  struct iov_iter peek = *it;
  iov_iter_copy_from(&peek, &value, sizeof value);
  if (value == UINT64_MAX) {
    return -EINVAL;
  }
  lock_acquire(&e->lock);
  bool fits = value <= UINT64_MAX - 1 - e->count;
  if (fits) {
    e->count += value;
  }
  lock_release(&e->lock);
  if (!fits) {
    return -EAGAIN;
  }
  *it = peek;
  notify_node_listeners(&e->node, POLLIN);
  return sizeof value;
}

static void eventfd_close(struct node *n) {
  (void)n;
}

static void eventfd_free(struct node *n) {
  kmem_free(n, sizeof(struct eventfd));
}

static const struct node_ops eventfd_ops = {
  .name = "eventfd",
  .poll = eventfd_poll,
  .read = eventfd_read,
  .write = eventfd_write,
  .exclusive = POLLIN,
  .close = eventfd_close,
  .free = eventfd_free,
};

bool eventfd_is_instance(const struct node *n) {
  return n->ops == &eventfd_ops;
}

int eventfd_open(unsigned initial, int flags) {
  if (flags & ~(O_CLOEXEC | O_NONBLOCK | EFD_SEMAPHORE)) {
    return -EINVAL;
  }
  struct eventfd *e = kmem_alloc(sizeof *e);
  if (!e) {
    return -ENOMEM;
  }
  *e = (struct eventfd){.count = initial, .semaphore = flags & EFD_SEMAPHORE};
  node_init(&e->node, &eventfd_ops);
  return fd_open(&e->node, O_RDWR | (flags & ~EFD_SEMAPHORE));
}
