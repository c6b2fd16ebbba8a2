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
#include "lock.h"

/* <sys/eventfd.h> of the kernel's interface; emcc's sysroot has no such header. */
#define EFD_SEMAPHORE 1

/* The counter's limit: a write that would go beyond waits. */
#define MAX (UINT64_MAX - 1)

/* The state is one word, so it needs no lock. All accesses to it are sequentially consistent, as
   those to the head of the queue are: wait_queue.h. */
struct eventfd {
  struct node node;
#if EMWAKE_THREADS
  _Atomic uint64_t count;
#else
  uint64_t count;
#endif
  bool semaphore;
};

static int eventfd_poll(struct node *n) {
  uint64_t count = ((struct eventfd *)n)->count;
  int mask = 0;
  if (count > 0) {
    mask |= POLLIN;
  }
  if (count == UINT64_MAX) {
    mask |= POLLERR;
  }
  if (count < MAX) {
    mask |= POLLOUT;
  }
  return mask;
}

#if EMWAKE_THREADS

static bool change(struct eventfd *e, uint64_t *from, uint64_t to) {
  return atomic_compare_exchange_strong(&e->count, from, to);
}

#else

static bool change(struct eventfd *e, uint64_t *from, uint64_t to) {
  (void)from;
  e->count = to;
  return true;
}

#endif

uint64_t eventfd_take(struct node *n) {
  struct eventfd *e = (struct eventfd *)n;
  uint64_t count = e->count, value;
  do {
    value = e->semaphore && count ? 1 : count;
  } while (value && !change(e, &count, count - value));
  if (value) {
    notify_node_listeners(n, POLLOUT);
  }
  return value;
}

bool eventfd_add(struct node *n, uint64_t value, bool coalesce) {
  struct eventfd *e = (struct eventfd *)n;
  uint64_t count = e->count;
  do {
    if (value > MAX - count) {
      return false;
    }
  } while (!change(e, &count, count + value));
  /* Not zero: whoever made it so has told, or is about to. */
  if (!coalesce || !count) {
    notify_node_listeners(n, POLLIN);
  }
  return true;
}

static ssize_t eventfd_read(struct file *f, struct iov_iter *it) {
  if (it->count < sizeof(uint64_t)) {
    return -EINVAL;
  }
  uint64_t value = eventfd_take(f->node);
  if (!value) {
    return -EAGAIN;
  }
  iov_iter_copy_to(it, &value, sizeof value);
  return sizeof value;
}

/* Each segment is a write of its own. */
static ssize_t eventfd_write(struct file *f, struct iov_iter *it) {
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
  if (!eventfd_add(f->node, value, false)) {
    return -EAGAIN;
  }
  *it = peek;
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

bool eventfd_count(const struct node *n, uint64_t *count) {
  if (!eventfd_is_instance(n)) {
    return false;
  }
  *count = ((const struct eventfd *)n)->count;
  return true;
}
