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
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "file.h"
#include "host.h"
#include "user_memory.h"

#define PAGE 4096u
#define DEFAULT_SLOTS 16u
/* round_pipe_size(): more than 2 GiB is invalid. */
#define MAX_SIZE (1u << 31)

struct slot {
  unsigned offset, len;
  bool packet; /* O_DIRECT: a read ends with it, and nothing is merged into it */
};

struct pipe {
  struct node read_end, write_end;
  struct lock lock;
  struct slot *slots; /* nslots of them, a power of two */
  char *pages;        /* the slots' bytes; allocated by the first write */
  unsigned nslots;
  unsigned head, tail; /* free-running: head - tail slots are used */
  bool reader_open, writer_open;
#if EMWAKE_THREADS
  _Atomic int ends; /* nodes whose memory is still referred to */
#else
  int ends;
#endif
};

static struct pipe *pipe_of_reader(struct node *n) {
  return (struct pipe *)((char *)n - offsetof(struct pipe, read_end));
}

static struct pipe *pipe_of_writer(struct node *n) {
  return (struct pipe *)((char *)n - offsetof(struct pipe, write_end));
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
  struct pipe *p = pipe_of_reader(n);
  lock_acquire(&p->lock);
  int mask = is_empty(p) ? 0 : POLLIN | POLLRDNORM;
  if (!p->writer_open) {
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
  struct pipe *p = pipe_of_reader(f->node);
  if (!it->count) {
    return 0;
  }
  lock_acquire(&p->lock);
  bool was_full = is_full(p);
  size_t done = take(p, it);
  bool room_again = was_full && !is_full(p);
  bool at_end = !p->writer_open;
  lock_release(&p->lock);
  if (room_again) {
    notify_node_listeners(&p->write_end, POLLOUT | POLLWRNORM);
  }
  return done || at_end ? (ssize_t)done : -EAGAIN;
}

/* ---- Writing ----------------------------------------------------------------------------------- */

static int writer_poll(struct node *n) {
  struct pipe *p = pipe_of_writer(n);
  lock_acquire(&p->lock);
  int mask = is_full(p) ? 0 : POLLOUT | POLLWRNORM;
  if (!p->reader_open) {
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
    p->pages = malloc((size_t)p->nslots * PAGE);
  }
  return p->pages;
}

static ssize_t put(struct pipe *p, struct iov_iter *it, bool packet) {
  if (!p->reader_open) {
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
  struct pipe *p = pipe_of_writer(f->node);
  if (!it->count) {
    return 0;
  }
  lock_acquire(&p->lock);
  ssize_t r = put(p, it, f->flags & O_DIRECT);
  lock_release(&p->lock);
  if (r > 0) {
    notify_node_listeners(&p->read_end, POLLIN | POLLRDNORM);
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

static int common_ioctl(struct pipe *p, unsigned long request, void *arg) {
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

/* Moves the ring into one of nslots slots, which are enough for what it holds. */
static int resize(struct pipe *p, unsigned nslots) {
  struct slot *slots = calloc(nslots, sizeof *slots);
  char *pages = malloc((size_t)nslots * PAGE);
  if (!slots || !pages) {
    free(slots);
    free(pages);
    return -ENOMEM;
  }
  unsigned used = p->head - p->tail;
  for (unsigned i = 0; i < used; i++) {
    slots[i] = *slot_at(p, p->tail + i);
    memcpy(pages + (size_t)i * PAGE, page_at(p, p->tail + i), PAGE);
  }
  free(p->slots);
  free(p->pages);
  p->slots = slots;
  p->pages = pages;
  p->nslots = nslots;
  p->tail = 0;
  p->head = used;
  return 0;
}

/* pipe_set_size(): rounded up to a power of two of pages. */
static int set_size(struct pipe *p, unsigned long size) {
  if (size > MAX_SIZE) {
    return -EINVAL;
  }
  unsigned nslots = 1;
  while ((unsigned long)nslots * PAGE < size) {
    nslots *= 2;
  }
  lock_acquire(&p->lock);
  bool was_full = is_full(p);
  int err = p->head - p->tail > nslots ? -EBUSY : resize(p, nslots);
  bool room_again = !err && was_full && !is_full(p);
  lock_release(&p->lock);
  if (room_again) {
    notify_node_listeners(&p->write_end, POLLOUT | POLLWRNORM);
  }
  return err ? err : (int)(nslots * PAGE);
}

static int common_fcntl(struct pipe *p, int cmd, long arg) {
  switch (cmd) {
    case F_SETPIPE_SZ:
      return set_size(p, (unsigned int)arg);
    case F_GETPIPE_SZ:
      return (int)(p->nslots * PAGE);
    default:
      return -EINVAL;
  }
}

static int reader_ioctl(struct file *f, unsigned long request, void *arg) {
  return common_ioctl(pipe_of_reader(f->node), request, arg);
}

static int writer_ioctl(struct file *f, unsigned long request, void *arg) {
  return common_ioctl(pipe_of_writer(f->node), request, arg);
}

static int reader_fcntl(struct file *f, int cmd, long arg) {
  return common_fcntl(pipe_of_reader(f->node), cmd, arg);
}

static int writer_fcntl(struct file *f, int cmd, long arg) {
  return common_fcntl(pipe_of_writer(f->node), cmd, arg);
}

/* ---- Closing ----------------------------------------------------------------------------------- */

static void reader_close(struct node *n) {
  struct pipe *p = pipe_of_reader(n);
  lock_acquire(&p->lock);
  p->reader_open = false;
  lock_release(&p->lock);
  notify_node_listeners(&p->write_end, POLLERR | POLLOUT | POLLWRNORM);
}

static void writer_close(struct node *n) {
  struct pipe *p = pipe_of_writer(n);
  lock_acquire(&p->lock);
  p->writer_open = false;
  lock_release(&p->lock);
  notify_node_listeners(&p->read_end, POLLHUP);
}

static void end_free(struct pipe *p) {
  if (--p->ends == 0) {
    free(p->slots);
    free(p->pages);
    free(p);
  }
}

static void reader_free(struct node *n) {
  end_free(pipe_of_reader(n));
}

static void writer_free(struct node *n) {
  end_free(pipe_of_writer(n));
}

static const struct node_ops reader_ops = {
  .name = "pipe",
  .mode = S_IFIFO | 0600,
  .poll = reader_poll,
  .read = reader_read,
  .ioctl = reader_ioctl,
  .fcntl = reader_fcntl,
  .setfl_mask = O_DIRECT,
  .close = reader_close,
  .free = reader_free,
};

static const struct node_ops writer_ops = {
  .name = "pipe",
  .mode = S_IFIFO | 0600,
  .poll = writer_poll,
  .write = writer_write,
  .ioctl = writer_ioctl,
  .fcntl = writer_fcntl,
  .setfl_mask = O_DIRECT,
  .close = writer_close,
  .free = writer_free,
};

static struct pipe *pipe_new(void) {
  struct pipe *p = calloc(1, sizeof *p);
  if (!p) {
    return NULL;
  }
  p->slots = calloc(DEFAULT_SLOTS, sizeof *p->slots);
  if (!p->slots) {
    free(p);
    return NULL;
  }
  p->nslots = DEFAULT_SLOTS;
  p->reader_open = p->writer_open = true;
  p->ends = 2;
  node_init(&p->read_end, &reader_ops);
  node_init(&p->write_end, &writer_ops);
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
  int reader = fd_open(&p->read_end, O_RDONLY | (flags & ~O_DIRECT));
  if (reader < 0) {
    writer_close(&p->write_end);
    node_put(&p->write_end);
    return reader;
  }
  int writer = fd_open(&p->write_end, O_WRONLY | flags);
  if (writer < 0) {
    host_fd_close(reader);
    return writer;
  }
  fds[0] = reader;
  fds[1] = writer;
  return 0;
}
