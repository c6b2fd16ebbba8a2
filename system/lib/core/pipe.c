/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Pipes, with the kernel's own accounting (fs/pipe.c): a ring of page-sized slots. It is what
 * decides when a pipe is full: a write takes a whole slot unless it fits behind the last one, and a
 * slot is free again only when all of it has been read. So a program sees the same EAGAIN, the
 * same POLLOUT and the same partial writes as on Linux.
 *
 * Both ends are nodes of their own inside one struct pipe, under one lock.
 */
#define _GNU_SOURCE
#include "pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "file.h"
#include "host.h"
#include "kmem.h"
#include "user_memory.h"

#define PAGE 4096u
#define DEFAULT_SLOTS 16u
/* round_pipe_size(): more than 2 GiB is invalid. */
#define MAX_SIZE (1u << 31)

struct slot {
  unsigned offset, len;
  bool packet; /* O_DIRECT: a read ends with it, and nothing is merged into it */
};

/* Which end, and the place of its node. */
enum { READER, WRITER };

struct pipe_end {
  struct node node;
  struct pipe *pipe;
  bool open;
};

struct pipe {
  struct pipe_end ends[2];
  struct lock lock;
  struct slot *slots; /* nslots of them, a power of two */
  char *pages;        /* the slots' bytes; allocated by the first write */
  unsigned nslots;
  unsigned head, tail; /* free-running: head - tail slots are used */
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

static bool is_empty(const struct pipe *p) {
  return p->head == p->tail;
}

static bool is_full(const struct pipe *p) {
  return p->head - p->tail >= p->nslots;
}

static struct slot *slot_at(struct pipe *p, unsigned position) {
  return &p->slots[position & (p->nslots - 1)];
}

static char *page_at(struct pipe *p, unsigned position) {
  return p->pages + (size_t)(position & (p->nslots - 1)) * PAGE;
}

/* ---- Reading ----------------------------------------------------------------------------------- */

/* pipe_poll() in fs/pipe.c. */
static int reader_poll(struct node *n) {
  struct pipe *p = pipe_of(n);
  lock_acquire(&p->lock);
  int mask = is_empty(p) ? 0 : POLLIN | POLLRDNORM;
  if (!p->ends[WRITER].open) {
    mask |= POLLHUP;
  }
  lock_release(&p->lock);
  return mask;
}

/* Takes what is there, up to the end of a packet. */
static size_t take(struct pipe *p, struct iov_iter *it) {
  size_t done = 0;
  while (!is_empty(p) && it->count) {
    struct slot *s = slot_at(p, p->tail);
    size_t n = iov_iter_copy_to(it, page_at(p, p->tail) + s->offset, s->len);
    bool packet_end = s->packet;
    s->offset += n;
    s->len -= n;
    done += n;
    if (packet_end || !s->len) {
      p->tail++; /* what is left of a packet is discarded, pipe(2) */
    }
    if (packet_end) {
      break;
    }
  }
  return done;
}

static ssize_t reader_read(struct file *f, struct iov_iter *it) {
  struct pipe *p = pipe_of(f->node);
  if (!it->count) {
    return 0;
  }
  lock_acquire(&p->lock);
  bool was_full = is_full(p);
  size_t done = take(p, it);
  bool room_again = was_full && !is_full(p);
  bool at_end = !p->ends[WRITER].open;
  lock_release(&p->lock);
  if (room_again) {
    notify_end(p, WRITER, POLLOUT | POLLWRNORM);
  }
  return done || at_end ? (ssize_t)done : -EAGAIN;
}

/* ---- Writing ----------------------------------------------------------------------------------- */

static int writer_poll(struct node *n) {
  struct pipe *p = pipe_of(n);
  lock_acquire(&p->lock);
  int mask = is_full(p) ? 0 : POLLOUT | POLLWRNORM;
  if (!p->ends[READER].open) {
    mask |= POLLERR;
  }
  lock_release(&p->lock);
  return mask;
}

/* Fills the last page up with the odd bytes of a write, if they fit whole: pipe_write(). */
static size_t merge(struct pipe *p, struct iov_iter *it) {
  size_t odd = it->count % PAGE;
  if (!odd || is_empty(p)) {
    return 0;
  }
  struct slot *last = slot_at(p, p->head - 1);
  size_t end = last->offset + last->len;
  if (last->packet || end + odd > PAGE) {
    return 0;
  }
  iov_iter_copy_from(it, page_at(p, p->head - 1) + end, odd);
  last->len += odd;
  return odd;
}

static size_t fill_slots(struct pipe *p, struct iov_iter *it, bool packet) {
  size_t done = 0;
  while (it->count && !is_full(p)) {
    size_t n = iov_iter_copy_from(it, page_at(p, p->head), PAGE);
    *slot_at(p, p->head) = (struct slot){.len = n, .packet = packet};
    p->head++;
    done += n;
  }
  return done;
}

static bool have_pages(struct pipe *p) {
  if (!p->pages) {
    p->pages = kmem_alloc((size_t)p->nslots * PAGE);
  }
  return p->pages;
}

static ssize_t put(struct pipe *p, struct iov_iter *it, bool packet) {
  if (!p->ends[READER].open) {
    return -EPIPE;
  }
  if (!have_pages(p)) {
    return -ENOMEM;
  }
  size_t done = merge(p, it);
  done += fill_slots(p, it, packet);
  return done ? (ssize_t)done : -EAGAIN;
}

static ssize_t writer_write(struct file *f, struct iov_iter *it) {
  struct pipe *p = pipe_of(f->node);
  if (!it->count) {
    return 0;
  }
  lock_acquire(&p->lock);
  ssize_t r = put(p, it, f->flags & O_DIRECT);
  lock_release(&p->lock);
  /* "Epoll nonsensically wants a wakeup whether the pipe was already empty or not", pipe_write():
     and whether or not there was room. */
  if (r != -ENOMEM) {
    notify_end(p, READER, POLLIN | POLLRDNORM);
  }
  return r;
}

/* ---- ioctl and fcntl --------------------------------------------------------------------------- */

static int unread(struct pipe *p) {
  size_t total = 0;
  for (unsigned i = p->tail; i != p->head; i++) {
    total += slot_at(p, i)->len;
  }
  return (int)total;
}

static int pipe_ioctl(struct file *f, unsigned long request, void *arg) {
  struct pipe *p = pipe_of(f->node);
  if (request != FIONREAD) {
    return -ENOTTY;
  }
  if (!user_range_ok(arg, sizeof(int))) {
    return -EFAULT;
  }
  lock_acquire(&p->lock);
  *(int *)arg = unread(p);
  lock_release(&p->lock);
  return 0;
}

static void free_ring(struct pipe *p) {
  kmem_free(p->slots, p->nslots * sizeof *p->slots);
  kmem_free(p->pages, (size_t)p->nslots * PAGE);
}

/* Moves the ring into one of nslots slots, which are enough for what it holds. */
static int resize(struct pipe *p, unsigned nslots) {
  struct slot *slots = kmem_alloc(nslots * sizeof *slots);
  char *pages = kmem_alloc((size_t)nslots * PAGE);
  if (!slots || !pages) {
    kmem_free(slots, nslots * sizeof *slots);
    kmem_free(pages, (size_t)nslots * PAGE);
    return -ENOMEM;
  }
  unsigned used = p->head - p->tail;
  for (unsigned i = 0; i < used; i++) {
    slots[i] = *slot_at(p, p->tail + i);
    memcpy(pages + (size_t)i * PAGE, page_at(p, p->tail + i), PAGE);
  }
  free_ring(p);
  p->slots = slots;
  p->pages = pages;
  p->nslots = nslots;
  p->tail = 0;
  p->head = used;
  return 0;
}

/* pipe_set_size(): rounded up to a power of two of pages. Writers are told whether or not there is
   more room. */
static int set_size(struct pipe *p, unsigned long size) {
  if (size > MAX_SIZE) {
    return -EINVAL;
  }
  unsigned nslots = 1;
  while ((unsigned long)nslots * PAGE < size) {
    nslots *= 2;
  }
  lock_acquire(&p->lock);
  int err = p->head - p->tail > nslots ? -EBUSY : resize(p, nslots);
  lock_release(&p->lock);
  if (!err) {
    notify_end(p, WRITER, ANY_EVENT);
  }
  return err ? err : (int)(nslots * PAGE);
}

static int get_size(struct pipe *p) {
  lock_acquire(&p->lock);
  unsigned nslots = p->nslots;
  lock_release(&p->lock);
  return (int)(nslots * PAGE);
}

static int pipe_fcntl(struct file *f, int cmd, long arg) {
  struct pipe *p = pipe_of(f->node);
  switch (cmd) {
    case F_SETPIPE_SZ:
      return set_size(p, (unsigned int)arg);
    case F_GETPIPE_SZ:
      return get_size(p);
    default:
      return -EINVAL;
  }
}

/* ---- Closing ----------------------------------------------------------------------------------- */

static void close_end(struct node *n) {
  struct pipe_end *end = (struct pipe_end *)n;
  struct pipe *p = end->pipe;
  lock_acquire(&p->lock);
  end->open = false;
  lock_release(&p->lock);
  notify_end(p, end == &p->ends[READER] ? WRITER : READER, ANY_EVENT);
}

static void free_end(struct node *n) {
  struct pipe *p = pipe_of(n);
  if (--p->refs == 0) {
    free_ring(p);
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
  p->slots = kmem_alloc(DEFAULT_SLOTS * sizeof *p->slots);
  if (!p->slots) {
    kmem_free(p, sizeof *p);
    return NULL;
  }
  p->nslots = DEFAULT_SLOTS;
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
