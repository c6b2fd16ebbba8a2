/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Open file descriptions, the descriptor table, and blocking read and write over them.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "host.h"
#include "kmem.h"
#include "socket_family.h"
#include "syscall_exit.h"

/* The table has two levels, so that a few descriptors cost little and a slot never moves. */
#define CHUNK 256
#define CHUNKS 256

/*
 * A look-up takes no lock: it pins the slot for the moment in which it takes its reference to what
 * the slot refers to, and whoever empties the slot waits for the pins to go before it lets go of
 * the table's reference.
 */
struct fd_slot {
#if EMWAKE_THREADS
  struct file *_Atomic file;
  _Atomic int pins;
  _Atomic int flags;
#else
  struct file *file;
  int flags;
#endif
};

static struct fd_slot *table[CHUNKS];

/* ---- The descriptor table ---------------------------------------------------------------------- */

static struct fd_slot *slot_of(int fd) {
  if (fd < 0 || fd >= CHUNK * CHUNKS) {
    return NULL;
  }
  struct fd_slot *chunk = __atomic_load_n(&table[fd / CHUNK], __ATOMIC_ACQUIRE);
  return chunk ? &chunk[fd % CHUNK] : NULL;
}

#if EMWAKE_THREADS

/* In pins: somebody sleeps until they are 0. */
#define PIN_WAITER (1 << 30)

static void pin(struct fd_slot *slot) {
  slot->pins++;
}

static void unpin(struct fd_slot *slot) {
  if (--slot->pins == PIN_WAITER) {
    host_lock_wake(&slot->pins);
  }
}

/* Of one caller at a time, as fd_detach is. */
static void await_pins(struct fd_slot *slot) {
  int pins = slot->pins;
  if (!pins) {
    return;
  }
  pins = atomic_fetch_or(&slot->pins, PIN_WAITER) | PIN_WAITER;
  while (pins != PIN_WAITER) {
    host_lock_wait(&slot->pins, pins);
    pins = slot->pins;
  }
  atomic_fetch_and(&slot->pins, ~PIN_WAITER);
}

#else

static void pin(struct fd_slot *slot) {
  (void)slot;
}

static void unpin(struct fd_slot *slot) {
  (void)slot;
}

static void await_pins(struct fd_slot *slot) {
  (void)slot;
}

#endif

/* A slot that is empty is not pinned, so that whoever empties it waits for a few pins at most. */
static bool is_empty(const struct fd_slot *slot) {
  return !slot || !slot->file;
}

struct file *file_get(int fd) {
  struct fd_slot *slot = slot_of(fd);
  if (is_empty(slot)) {
    return NULL;
  }
  pin(slot);
  struct file *f = slot->file;
  if (f) {
    file_ref(f);
  }
  unpin(slot);
  return f;
}

/* The caller has a reference to f, so no other can be where it is. */
bool fd_refers_to(int fd, const struct file *f) {
  struct fd_slot *slot = slot_of(fd);
  return slot && slot->file == f;
}

int fd_of_node(const struct node *n) {
  for (int fd = 0; fd < CHUNK * CHUNKS; fd++) {
    struct file *f = file_get(fd);
    bool found = f && f->node == n;
    if (f) {
      file_put(f);
    }
    if (found) {
      return fd;
    }
  }
  return -1;
}

/* The node of one of the core's descriptors, with a reference. */
static struct node *node_of_slot(struct fd_slot *slot) {
  if (is_empty(slot)) {
    return NULL;
  }
  pin(slot);
  struct file *f = slot->file;
  struct node *n = f ? node_get(f->node) : NULL;
  unpin(slot);
  return n;
}

struct node *node_of_fd(int fd) {
  struct fd_slot *slot = slot_of(fd);
  struct node *n = node_of_slot(slot);
  return n || fd < 0 ? n : host_foreign_node(fd);
}

int fd_poll(int fd, const struct node *node) {
  struct node *n = node_of_fd(fd);
  if (!n) {
    return POLLNVAL;
  }
  int mask = node && n != node ? POLLNVAL : node_poll(n);
  node_put(n);
  return mask;
}

int fd_next(int fd) {
  for (; fd < CHUNK * CHUNKS; fd++) {
    if (!is_empty(slot_of(fd))) {
      return fd;
    }
    if (!slot_of(fd)) {
      fd |= CHUNK - 1;
    }
  }
  return -1;
}

int fd_get_flags(int fd) {
  struct fd_slot *slot = slot_of(fd);
  return slot ? slot->flags : 0;
}

void fd_set_flags(int fd, int flags) {
  struct fd_slot *slot = slot_of(fd);
  if (slot) {
    slot->flags = flags & FD_CLOEXEC;
  }
}

int fd_attach(int fd, struct file *f) {
  if (fd < 0 || fd >= CHUNK * CHUNKS) {
    return -EMFILE;
  }
  struct fd_slot *slot = slot_of(fd);
  if (!slot) {
    struct fd_slot *chunk = kmem_zalloc(CHUNK * sizeof *chunk);
    if (!chunk) {
      return -ENOMEM;
    }
    __atomic_store_n(&table[fd / CHUNK], chunk, __ATOMIC_RELEASE);
    slot = &chunk[fd % CHUNK];
  }
  slot->flags = 0;
  slot->file = file_ref(f);
  return 0;
}

void fd_detach(int fd) {
  struct fd_slot *slot = slot_of(fd);
  struct file *f = slot ? slot->file : NULL;
  if (f) {
    slot->file = NULL;
    await_pins(slot);
    notify_node_listeners(f->node, POLLNVAL);
    file_put(f);
  }
}

int fd_install(struct file *f, int flags) {
  int fd = host_fd_alloc(f);
  file_put(f);
  if (fd >= 0 && (flags & O_CLOEXEC)) {
    fd_set_flags(fd, FD_CLOEXEC);
  }
  return fd;
}

int fd_open(struct node *n, int flags) {
  struct file *f = file_new(n, flags & ~O_CLOEXEC);
  return f ? fd_install(f, flags) : -ENOMEM;
}

/* ---- Open file descriptions -------------------------------------------------------------------- */

struct file *file_new(struct node *n, int flags) {
  struct file *f = kmem_alloc(sizeof *f);
  if (!f) {
    n->ops->close(n);
    node_put(n);
    return NULL;
  }
  *f = (struct file){.node = n, .refs = 1, .flags = flags};
  return f;
}

struct file *file_ref(struct file *f) {
  f->refs++;
  return f;
}

void (*file_release_hook)(struct file *f);

void file_put(struct file *f) {
  if (--f->refs == 0) {
    struct node *n = f->node;
    /* Atomic: an epoll instance that is closed at this moment takes its watches out. */
    if (__atomic_load_n(&f->watchers, __ATOMIC_ACQUIRE)) {
      file_release_hook(f);
    }
    kmem_free(f, sizeof *f);
    n->ops->close(n);
    node_put(n);
  }
}

/* ---- Blocking operations ----------------------------------------------------------------------- */

int file_wait(struct file *f, int fd, int events, deadline_t deadline) {
  struct node *n = f->node;
  struct waiter w;
  struct listener l;
  int err = 0;
  waiter_init(&w);
  listener_init_waiter(&l, &w, events);
  wait_queue_add(&n->queue, &l);
  for (;;) {
    if (!fd_refers_to(fd, f)) {
      err = -EBADF;
      break;
    }
    if (node_poll(n) & (events | POLLERR | POLLHUP)) {
      break;
    }
    err = waiter_wait_until(&w, deadline, node_deadline(n));
    if (err) {
      break;
    }
  }
  wait_queue_remove(&l);
  return interrupted_until(err, deadline);
}

/* Takes a listener out, and leaves to the next one what it has not used up: wait_queue.h. */
static void stop_listening(struct node *n, struct listener *l, int events) {
  wait_queue_remove(l);
  if (l->take && !wait_queue_is_empty(&n->queue) && (n->ops->poll(n) & events)) {
    wait_queue_pass_on(&n->queue, events);
  }
}

ssize_t file_wait_try(struct file *f, int fd, int events, bool exclusive, file_try_fn try,
                      void *arg, deadline_t deadline) {
  struct waiter w;
  struct listener l;
  ssize_t r;
  waiter_init(&w);
  if (exclusive) {
    listener_init_exclusive_waiter(&l, &w, events);
  } else {
    listener_init_waiter(&l, &w, events);
  }
  wait_queue_add(&f->node->queue, &l);
  for (;;) {
    r = fd_refers_to(fd, f) ? try(f, arg) : -EBADF;
    if (r != -EAGAIN) {
      break;
    }
    int err = waiter_wait_until(&w, deadline, node_deadline(f->node));
    if (err) {
      r = waiter_timed_out(err) ? -EAGAIN : interrupted_until(err, deadline);
      break;
    }
  }
  stop_listening(f->node, &l, events);
  return r;
}

static ssize_t try_read(struct file *f, void *it) {
  return f->node->ops->read(f, it);
}

static ssize_t try_write(struct file *f, void *it) {
  return f->node->ops->write(f, it);
}

ssize_t file_read(struct file *f, int fd, struct iov_iter *it, bool nonblock, deadline_t deadline) {
  const struct node_ops *ops = f->node->ops;
  if ((f->flags & O_ACCMODE) == O_WRONLY) {
    return -EBADF;
  }
  if (!ops->read) {
    return ops->socket ? ops->socket->read(f, fd, it, nonblock) : -EINVAL;
  }
  ssize_t r = ops->read(f, it);
  if (nonblock) {
    return r;
  }
  if (r == -EAGAIN) {
    return file_wait_try(f, fd, POLLIN, ops->exclusive & POLLIN, try_read, it, deadline);
  }
  waiter_pass();
  return r;
}

ssize_t file_write(struct file *f, int fd, struct iov_iter *it, bool nonblock, bool nosignal,
                   deadline_t deadline) {
  const struct node_ops *ops = f->node->ops;
  if ((f->flags & O_ACCMODE) == O_RDONLY) {
    return -EBADF;
  }
  if (!ops->write) {
    return ops->socket ? ops->socket->write(f, fd, it, nonblock, nosignal) : -EINVAL;
  }
  ssize_t total = 0;
  for (;;) {
    ssize_t r = ops->write(f, it);
    if (r == -EAGAIN && !nonblock) {
      r = file_wait_try(f, fd, POLLOUT, ops->exclusive & POLLOUT, try_write, it, deadline);
    }
    if (r == -EPIPE && !nosignal) {
      host_raise_sigpipe();
    }
    if (r < 0) {
      return total ? total : r;
    }
    total += r;
    if (!it->count) {
      if (!nonblock) {
        waiter_pass();
      }
      return total;
    }
    /* What is left may have to answer EAGAIN, or EPIPE with its signal. */
  }
}
