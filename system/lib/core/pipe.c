/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Pipes (fs/pipe.c). The bytes are in a ring (pipe_ring.h); both ends are nodes of their own inside
 * one struct pipe, under the ring's lock.
 */
#define _GNU_SOURCE
#include "pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "file.h"
#include "host.h"
#include "kmem.h"
#include "pipe_ring.h"
#include "user_memory.h"

/* Which end, and the place of its node. */
enum { READER, WRITER };

struct pipe_end {
  struct node node;
  struct pipe *pipe;
  bool open;
};

struct pipe {
  struct pipe_end ends[2];
  struct pipe_ring ring;
#if EMWAKE_THREADS
  _Atomic int refs; /* ends whose memory is still referred to */
#else
  int refs;
#endif
};

static struct pipe *pipe_of(struct node *n) {
  return ((struct pipe_end *)n)->pipe;
}

/* Tells who waits on one end what happened at the other. */
static void notify_end(struct pipe *p, int end, int events) {
  notify_node_listeners(&p->ends[end].node, events);
}

/* pipe_poll() in fs/pipe.c. */
static int reader_poll(struct node *n) {
  struct pipe *p = pipe_of(n);
  lock_acquire(&p->ring.lock);
  int mask = pipe_ring_is_empty(&p->ring) ? 0 : POLLIN | POLLRDNORM;
  if (!p->ends[WRITER].open) {
    mask |= POLLHUP;
  }
  lock_release(&p->ring.lock);
  return mask;
}

static ssize_t reader_read(struct file *f, struct iov_iter *it) {
  struct pipe *p = pipe_of(f->node);
  if (!it->count) {
    return 0;
  }
  lock_acquire(&p->ring.lock);
  bool was_full = pipe_ring_is_full(&p->ring);
  size_t done = pipe_ring_take(&p->ring, it);
  bool room_again = was_full && !pipe_ring_is_full(&p->ring);
  bool at_end = !p->ends[WRITER].open;
  lock_release(&p->ring.lock);
  if (room_again) {
    notify_end(p, WRITER, POLLOUT | POLLWRNORM);
  }
  return done || at_end ? (ssize_t)done : -EAGAIN;
}

static int writer_poll(struct node *n) {
  struct pipe *p = pipe_of(n);
  lock_acquire(&p->ring.lock);
  int mask = pipe_ring_is_full(&p->ring) ? 0 : POLLOUT | POLLWRNORM;
  if (!p->ends[READER].open) {
    mask |= POLLERR;
  }
  lock_release(&p->ring.lock);
  return mask;
}

static ssize_t writer_write(struct file *f, struct iov_iter *it) {
  struct pipe *p = pipe_of(f->node);
  if (!it->count) {
    return 0;
  }
  lock_acquire(&p->ring.lock);
  ssize_t r = p->ends[READER].open ? pipe_ring_put(&p->ring, it, f->flags & O_DIRECT) : -EPIPE;
  lock_release(&p->ring.lock);
  /* "Epoll nonsensically wants a wakeup whether the pipe was already empty or not", pipe_write():
     and whether or not there was room. */
  if (r != -ENOMEM) {
    notify_end(p, READER, POLLIN | POLLRDNORM);
  }
  return r;
}

static int pipe_ioctl(struct file *f, unsigned long request, void *arg) {
  struct pipe *p = pipe_of(f->node);
  if (request != FIONREAD) {
    return -ENOTTY;
  }
  if (!user_range_ok(arg, sizeof(int))) {
    return -EFAULT;
  }
  lock_acquire(&p->ring.lock);
  *(int *)arg = pipe_ring_unread(&p->ring);
  lock_release(&p->ring.lock);
  return 0;
}

static int pipe_fcntl(struct file *f, int cmd, long arg) {
  struct pipe *p = pipe_of(f->node);
  if (cmd != F_SETPIPE_SZ && cmd != F_GETPIPE_SZ) {
    return -EINVAL;
  }
  lock_acquire(&p->ring.lock);
  int r =
    cmd == F_SETPIPE_SZ ? pipe_ring_resize(&p->ring, (unsigned)arg) : pipe_ring_size(&p->ring);
  lock_release(&p->ring.lock);
  /* pipe_set_size(): writers are told whether or not there is more room. */
  if (cmd == F_SETPIPE_SZ && r >= 0) {
    notify_end(p, WRITER, ANY_EVENT);
  }
  return r;
}

static void close_end(struct node *n) {
  struct pipe_end *end = (struct pipe_end *)n;
  struct pipe *p = end->pipe;
  lock_acquire(&p->ring.lock);
  end->open = false;
  lock_release(&p->ring.lock);
  notify_end(p, end == &p->ends[READER] ? WRITER : READER, ANY_EVENT);
}

static void free_end(struct node *n) {
  struct pipe *p = pipe_of(n);
  if (--p->refs == 0) {
    pipe_ring_free(&p->ring);
    kmem_free(p, sizeof *p);
  }
}

static const struct node_ops reader_ops = {
  .name = "pipe",
  .mode = S_IFIFO | 0600,
  .poll = reader_poll,
  .read = reader_read,
  .exclusive = POLLIN,
  .ioctl = pipe_ioctl,
  .fcntl = pipe_fcntl,
  .setfl_mask = O_DIRECT | O_ASYNC,
  .close = close_end,
  .free = free_end,
};

static const struct node_ops writer_ops = {
  .name = "pipe",
  .mode = S_IFIFO | 0600,
  .poll = writer_poll,
  .write = writer_write,
  .exclusive = POLLOUT,
  .ioctl = pipe_ioctl,
  .fcntl = pipe_fcntl,
  .setfl_mask = O_DIRECT | O_ASYNC,
  .close = close_end,
  .free = free_end,
};

static void init_end(struct pipe *p, int end, const struct node_ops *ops) {
  p->ends[end].pipe = p;
  p->ends[end].open = true;
  node_init(&p->ends[end].node, ops);
}

static struct pipe *pipe_new(void) {
  struct pipe *p = kmem_zalloc(sizeof *p);
  if (!p) {
    return NULL;
  }
  if (!pipe_ring_init(&p->ring)) {
    kmem_free(p, sizeof *p);
    return NULL;
  }
  p->refs = 2;
  init_end(p, READER, &reader_ops);
  init_end(p, WRITER, &writer_ops);
  return p;
}

int pipe_open(int fds[2], int flags) {
  if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT)) {
    return -EINVAL;
  }
  if (!user_range_ok(fds, 2 * sizeof *fds)) {
    return -EFAULT;
  }
  struct pipe *p = pipe_new();
  if (!p) {
    return -ENOMEM;
  }
  int reader = fd_open(&p->ends[READER].node, O_RDONLY | (flags & ~O_DIRECT));
  if (reader < 0) {
    close_end(&p->ends[WRITER].node);
    node_put(&p->ends[WRITER].node);
    return reader;
  }
  int writer = fd_open(&p->ends[WRITER].node, O_WRONLY | flags);
  if (writer < 0) {
    host_fd_close(reader);
    return writer;
  }
  fds[0] = reader;
  fds[1] = writer;
  return 0;
}
