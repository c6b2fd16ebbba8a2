/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * FIFOs, after fifo_open() and its neighbours in fs/pipe.c. Each description is a node of its own,
 * for what poll says of a reader depends on when it was opened; all of them share one ring.
 *
 * Locks: the ring's guards the counts as well; ends_lock, the list of ends, is held while these are
 * notified, and is taken before the locks of wait queues. fifos_lock is taken with none held.
 */
#define _GNU_SOURCE
#include "fifo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "file.h"
#include "kmem.h"
#include "pipe_ring.h"
#include "syscall_exit.h"
#include "user_memory.h"

#define IN_EVENTS (POLLIN | POLLRDNORM)
#define OUT_EVENTS (POLLOUT | POLLWRNORM)

struct fifo_end {
  struct node node;
  struct fifo *fifo;
  bool reads, writes;
  unsigned version; /* of a reader: the generation of writers whose absence is no hang-up to it */
  struct fifo_end *next;
};

struct fifo {
  uint64_t inode;
  struct fifo *next;
  int users; /* ends that are open, or being opened */
#if EMWAKE_THREADS
  _Atomic int refs; /* ends whose memory is still referred to */
#else
  int refs;
#endif
  struct pipe_ring ring;
  unsigned readers, writers;
  unsigned reader_opens, writer_opens; /* counted, so that an end that is gone again was noticed */
  struct wait_queue opening;
  struct lock ends_lock;
  struct fifo_end *ends;
};

static struct fifo *fifos;
static struct lock fifos_lock;

/* ---- Which FIFOs are open ---------------------------------------------------------------------- */

static struct fifo *fifo_new(uint64_t inode) {
  struct fifo *f = kmem_zalloc(sizeof *f);
  if (f && !pipe_ring_init(&f->ring)) {
    kmem_free(f, sizeof *f);
    return NULL;
  }
  if (f) {
    f->inode = inode;
  }
  return f;
}

static void fifo_free(struct fifo *f) {
  pipe_ring_free(&f->ring);
  kmem_free(f, sizeof *f);
}

static struct fifo *fifo_find(uint64_t inode) {
  struct fifo *f = fifos;
  while (f && f->inode != inode) {
    f = f->next;
  }
  return f;
}

/* Gives end a FIFO, which is made if nobody has it open. */
static bool fifo_join(uint64_t inode, struct fifo_end *end) {
  lock_acquire(&fifos_lock);
  struct fifo *f = fifo_find(inode);
  if (!f) {
    f = fifo_new(inode);
    if (f) {
      f->next = fifos;
      fifos = f;
    }
  }
  if (f) {
    f->users++;
    f->refs++;
  }
  lock_release(&fifos_lock);
  end->fifo = f;
  return f;
}

static void fifo_leave(struct fifo *f) {
  lock_acquire(&fifos_lock);
  if (--f->users == 0) {
    struct fifo **link = &fifos;
    while (*link != f) {
      link = &(*link)->next;
    }
    *link = f->next;
  }
  lock_release(&fifos_lock);
}

/* ---- Telling the ends -------------------------------------------------------------------------- */

/* An end that both reads and writes hears of what concerns either. */
static void notify_ends(struct fifo *f, int to_readers, int to_writers) {
  lock_acquire(&f->ends_lock);
  for (struct fifo_end *end = f->ends; end; end = end->next) {
    int events = (end->reads ? to_readers : 0) | (end->writes ? to_writers : 0);
    if (events) {
      notify_node_listeners(&end->node, events);
    }
  }
  lock_release(&f->ends_lock);
}

static void list_end(struct fifo_end *end) {
  struct fifo *f = end->fifo;
  lock_acquire(&f->ends_lock);
  end->next = f->ends;
  f->ends = end;
  lock_release(&f->ends_lock);
}

static void unlist_end(struct fifo_end *end) {
  struct fifo *f = end->fifo;
  lock_acquire(&f->ends_lock);
  struct fifo_end **link = &f->ends;
  while (*link != end) {
    link = &(*link)->next;
  }
  *link = end->next;
  lock_release(&f->ends_lock);
}

/* ---- Operations -------------------------------------------------------------------------------- */

static struct fifo *fifo_of(struct node *n) {
  return ((struct fifo_end *)n)->fifo;
}

/* pipe_poll(): a reader sees a hang-up only once there has been a writer since it was opened. */
static int fifo_poll(struct node *n) {
  struct fifo_end *end = (struct fifo_end *)n;
  struct fifo *f = end->fifo;
  int mask = 0;
  lock_acquire(&f->ring.lock);
  if (end->reads) {
    mask |= pipe_ring_is_empty(&f->ring) ? 0 : IN_EVENTS;
    mask |= !f->writers && end->version != f->writer_opens ? POLLHUP : 0;
  }
  if (end->writes) {
    mask |= pipe_ring_is_full(&f->ring) ? 0 : OUT_EVENTS;
    mask |= f->readers ? 0 : POLLERR;
  }
  lock_release(&f->ring.lock);
  return mask;
}

static ssize_t fifo_read(struct file *file, struct iov_iter *it) {
  struct fifo *f = fifo_of(file->node);
  if (!it->count) {
    return 0;
  }
  lock_acquire(&f->ring.lock);
  bool was_full = pipe_ring_is_full(&f->ring);
  size_t done = pipe_ring_take(&f->ring, it);
  bool room_again = was_full && !pipe_ring_is_full(&f->ring);
  bool at_end = !f->writers;
  lock_release(&f->ring.lock);
  if (room_again) {
    notify_ends(f, 0, OUT_EVENTS);
  }
  return done || at_end ? (ssize_t)done : -EAGAIN;
}

static ssize_t fifo_write(struct file *file, struct iov_iter *it) {
  struct fifo *f = fifo_of(file->node);
  if (!it->count) {
    return 0;
  }
  lock_acquire(&f->ring.lock);
  ssize_t r = f->readers ? pipe_ring_put(&f->ring, it, file->flags & O_DIRECT) : -EPIPE;
  lock_release(&f->ring.lock);
  if (r != -ENOMEM) { /* pipe_write() wakes whether or not there was room */
    notify_ends(f, IN_EVENTS, 0);
  }
  return r;
}

static int fifo_ioctl(struct file *file, unsigned long request, void *arg) {
  struct fifo *f = fifo_of(file->node);
  if (request != FIONREAD) {
    return -ENOTTY;
  }
  if (!user_range_ok(arg, sizeof(int))) {
    return -EFAULT;
  }
  lock_acquire(&f->ring.lock);
  *(int *)arg = pipe_ring_unread(&f->ring);
  lock_release(&f->ring.lock);
  return 0;
}

static int fifo_fcntl(struct file *file, int cmd, long arg) {
  struct fifo *f = fifo_of(file->node);
  if (cmd != F_SETPIPE_SZ && cmd != F_GETPIPE_SZ) {
    return -EINVAL;
  }
  lock_acquire(&f->ring.lock);
  int r =
    cmd == F_SETPIPE_SZ ? pipe_ring_resize(&f->ring, (unsigned)arg) : pipe_ring_size(&f->ring);
  lock_release(&f->ring.lock);
  if (cmd == F_SETPIPE_SZ && r >= 0) {
    notify_ends(f, 0, ANY_EVENT);
  }
  return r;
}

/* ---- Closing ----------------------------------------------------------------------------------- */

/* pipe_release(): the last of one side leaves the other alone. */
static void fifo_close(struct node *n) {
  struct fifo_end *end = (struct fifo_end *)n;
  struct fifo *f = end->fifo;
  unlist_end(end);
  lock_acquire(&f->ring.lock);
  f->readers -= end->reads;
  f->writers -= end->writes;
  bool alone = !f->readers != !f->writers;
  lock_release(&f->ring.lock);
  if (alone) {
    notify_ends(f, ANY_EVENT, ANY_EVENT);
  }
  fifo_leave(f);
}

static void fifo_end_free(struct node *n) {
  struct fifo *f = fifo_of(n);
  kmem_free(n, sizeof(struct fifo_end));
  if (--f->refs == 0) {
    fifo_free(f);
  }
}

static const struct node_ops fifo_ops = {
  .name = "fifo",
  .mode = S_IFIFO | 0600,
  .poll = fifo_poll,
  .read = fifo_read,
  .write = fifo_write,
  .exclusive = POLLIN | POLLOUT,
  .ioctl = fifo_ioctl,
  .fcntl = fifo_fcntl,
  .setfl_mask = O_DIRECT | O_ASYNC,
  .close = fifo_close,
  .free = fifo_end_free,
};

/* ---- Opening ----------------------------------------------------------------------------------- */

/* Counts end in; returns whether its side had nobody before. */
static bool count_in(struct fifo_end *end) {
  struct fifo *f = end->fifo;
  bool first = (end->reads && !f->readers) || (end->writes && !f->writers);
  f->readers += end->reads;
  f->reader_opens += end->reads;
  f->writers += end->writes;
  f->writer_opens += end->writes;
  return first;
}

static bool has_changed(struct fifo *f, const unsigned *count, unsigned before) {
  lock_acquire(&f->ring.lock);
  bool changed = *count != before;
  lock_release(&f->ring.lock);
  return changed;
}

/* wait_for_partner(): one that has come is enough, even if it has left again, and even if the wait was
   interrupted at the same time. */
static int wait_for_partner(struct fifo *f, const unsigned *opens, unsigned before) {
  struct waiter w;
  struct listener l;
  int err = 0;
  waiter_init(&w);
  listener_init_waiter(&l, &w, POLLIN);
  wait_queue_add(&f->opening, &l);
  while (!err && !has_changed(f, opens, before)) {
    err = waiter_wait(&w, DEADLINE_NONE);
  }
  wait_queue_remove(&l);
  return err && !has_changed(f, opens, before) ? interrupted_until(err, DEADLINE_NONE) : 0;
}

/* Takes its place at the FIFO and waits for the other side; lets go of the FIFO on an error. */
static int meet_partner(struct fifo_end *end, bool nonblock) {
  struct fifo *f = end->fifo;
  const unsigned *opens = end->reads ? &f->writer_opens : &f->reader_opens;
  lock_acquire(&f->ring.lock);
  bool lonely = end->reads != end->writes && !(end->reads ? f->writers : f->readers);
  bool refused = lonely && nonblock && end->writes;
  unsigned before = *opens;
  bool first = !refused && count_in(end);
  if (lonely && nonblock) {
    end->version = before;
  }
  lock_release(&f->ring.lock);
  if (refused) {
    fifo_leave(f);
    return -ENXIO;
  }
  list_end(end);
  if (first) {
    wait_queue_notify(&f->opening, POLLIN);
    notify_ends(f, IN_EVENTS, 0); /* wake_up_partner() wakes the readers' queue */
  }
  int err = lonely && !nonblock ? wait_for_partner(f, opens, before) : 0;
  if (err) {
    fifo_close(&end->node);
  }
  return err;
}

static struct fifo_end *end_new(uint64_t inode, bool reads, bool writes) {
  struct fifo_end *end = kmem_zalloc(sizeof *end);
  if (!end) {
    return NULL;
  }
  node_init(&end->node, &fifo_ops);
  end->reads = reads;
  end->writes = writes;
  if (!fifo_join(inode, end)) {
    kmem_free(end, sizeof *end);
    return NULL;
  }
  return end;
}

int fifo_open(uint64_t inode, int flags, struct node **result) {
  int access = flags & (O_RDONLY | O_WRONLY | O_RDWR);
  if (access == (O_WRONLY | O_RDWR)) {
    return -EINVAL;
  }
  struct fifo_end *end = end_new(inode, access != O_WRONLY, access != O_RDONLY);
  if (!end) {
    return -ENOMEM;
  }
  int err = meet_partner(end, flags & O_NONBLOCK);
  if (err) {
    node_put(&end->node);
    return err;
  }
  *result = &end->node;
  return 0;
}
