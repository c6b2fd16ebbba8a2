/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * inotify(7), after fs/notify/inotify and fs/notify/notification.c.
 *
 * Locks: watches_lock (all watches, by inode and by instance) -> the queue of an instance. Instances
 * are notified with watches_lock held, so that none of them goes meanwhile.
 */
#include "inotify.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>

#include "file.h"
#include "host.h"
#include "kmem.h"
#include "user_memory.h"

/* /proc/sys/fs/inotify/max_queued_events. */
#define MAX_QUEUED 16384
#define BUCKETS 256

/* ALL_INOTIFY_BITS; one of them at least has to be there. */
#define KNOWN_BITS                                                                                 \
  (IN_ALL_EVENTS | IN_UNMOUNT | IN_Q_OVERFLOW | IN_IGNORED | IN_ISDIR | IN_ONLYDIR |               \
   IN_DONT_FOLLOW | IN_EXCL_UNLINK | IN_MASK_CREATE | IN_MASK_ADD | IN_ONESHOT)

/* Of a mask, what a watch keeps. */
#define KEPT_BITS (IN_ALL_EVENTS | IN_ONESHOT | IN_EXCL_UNLINK)

struct event {
  struct event *next;
  int wd;
  uint32_t mask, cookie;
  size_t name_len; /* without the NUL */
  char name[];
};

struct inotify {
  struct node node;
  struct lock lock; /* of the queue */
  struct event *first, *last;
  unsigned queued;
  struct event *overflow; /* there is memory for this one at all times */
  bool overflowed;        /* it is in the queue */
  struct inotify_watch *watches;
  int last_wd;
};

struct inotify_watch {
  struct inotify *instance;
  uint64_t inode;
  int wd;
  uint32_t mask; /* KEPT_BITS */
  struct inotify_watch *next_of_inode, *next_of_instance;
};

static struct inotify_watch *buckets[BUCKETS];
static struct lock watches_lock;

/* ---- The queue of an instance ------------------------------------------------------------------ */

/* round_event_name_len(): the name with a NUL, padded to a multiple of an event's size. */
static size_t padded_name(const struct event *e) {
  size_t unit = sizeof(struct inotify_event);
  return e->name_len ? (e->name_len + 1 + unit - 1) / unit * unit : 0;
}

static size_t event_size(const struct event *e) {
  return sizeof(struct inotify_event) + padded_name(e);
}

static struct event *event_new(int wd, uint32_t mask, uint32_t cookie, const char *name) {
  size_t len = name ? strlen(name) : 0;
  struct event *e = kmem_alloc(sizeof *e + len + 1);
  if (e) {
    *e = (struct event){.wd = wd, .mask = mask, .cookie = cookie, .name_len = len};
    memcpy(e->name, name ? name : "", len + 1);
  }
  return e;
}

/* The overflow event stays with the instance. */
static void event_free(struct inotify *in, struct event *e) {
  if (e == in->overflow) {
    in->overflowed = false;
  } else {
    kmem_free(e, sizeof *e + e->name_len + 1);
  }
}

/* event_compare(): the last event and this one, whatever their cookies, are reported as one. */
static bool is_same(const struct event *a, const struct event *b) {
  return !(a->mask & IN_IGNORED) && a->mask == b->mask && a->wd == b->wd &&
         a->name_len == b->name_len && !memcmp(a->name, b->name, a->name_len);
}

static void append(struct inotify *in, struct event *e) {
  e->next = NULL;
  if (in->last) {
    in->last->next = e;
  } else {
    in->first = e;
  }
  in->last = e;
  in->queued++;
}

/* fsnotify_insert_event(). e is NULL if there was no memory for it. Returns whether the queue has
   got longer. */
static bool insert(struct inotify *in, struct event *e) {
  if (!e || in->queued >= MAX_QUEUED) {
    if (in->overflowed) {
      return false;
    }
    in->overflowed = true;
    append(in, in->overflow);
    return true;
  }
  if (in->last && is_same(in->last, e)) {
    return false;
  }
  append(in, e);
  return true;
}

static void queue_event(struct inotify_watch *w, uint32_t mask, uint32_t cookie, const char *name) {
  struct inotify *in = w->instance;
  struct event *e = event_new(w->wd, mask, cookie, name);
  lock_acquire(&in->lock);
  bool grown = insert(in, e);
  bool used = in->last == e;
  lock_release(&in->lock);
  if (e && !(grown && used)) {
    event_free(in, e);
  }
  if (grown) {
    notify_node_listeners(&in->node, POLLIN | POLLRDNORM);
  }
}

/* ---- The node ---------------------------------------------------------------------------------- */

static int inotify_poll(struct node *n) {
  struct inotify *in = (struct inotify *)n;
  lock_acquire(&in->lock);
  int mask = in->first ? POLLIN | POLLRDNORM : 0;
  lock_release(&in->lock);
  return mask;
}

/* Takes the first event, if it fits into room bytes: -EINVAL otherwise, -EAGAIN if there is none. */
static int take_event(struct inotify *in, size_t room, struct event **event) {
  lock_acquire(&in->lock);
  struct event *e = in->first;
  int err = !e ? -EAGAIN : event_size(e) > room ? -EINVAL : 0;
  if (!err) {
    in->first = e->next;
    if (!in->first) {
      in->last = NULL;
    }
    in->queued--;
  }
  lock_release(&in->lock);
  *event = e;
  return err;
}

/* copy_event_to_user(). */
static void copy_event(struct iov_iter *it, const struct event *e) {
  static const char zeros[sizeof(struct inotify_event)];
  struct inotify_event head = {
    .wd = e->wd, .mask = e->mask, .cookie = e->cookie, .len = (uint32_t)padded_name(e)};
  iov_iter_copy_to(it, &head, sizeof head);
  iov_iter_copy_to(it, e->name, e->name_len);
  iov_iter_copy_to(it, zeros, head.len - e->name_len);
}

static ssize_t inotify_read(struct file *f, struct iov_iter *it) {
  struct inotify *in = (struct inotify *)f->node;
  size_t before = it->count;
  struct event *e;
  int err;
  while (!(err = take_event(in, it->count, &e))) {
    copy_event(it, e);
    lock_acquire(&in->lock);
    event_free(in, e);
    lock_release(&in->lock);
  }
  return it->count < before ? (ssize_t)(before - it->count) : err;
}

static int inotify_ioctl(struct file *f, unsigned long request, void *arg) {
  struct inotify *in = (struct inotify *)f->node;
  if (request != FIONREAD) {
    return -ENOTTY;
  }
  if (!user_range_ok(arg, sizeof(int))) {
    return -EFAULT;
  }
  size_t total = 0;
  lock_acquire(&in->lock);
  for (struct event *e = in->first; e; e = e->next) {
    total += event_size(e);
  }
  lock_release(&in->lock);
  *(int *)arg = (int)total;
  return 0;
}

static void inotify_close(struct node *n);

static void inotify_free(struct node *n) {
  struct inotify *in = (struct inotify *)n;
  struct event *next;
  for (struct event *e = in->first; e; e = next) {
    next = e->next;
    event_free(in, e);
  }
  kmem_free(in->overflow, sizeof *in->overflow + 1);
  kmem_free(in, sizeof *in);
}

static const struct node_ops inotify_ops = {
  .name = "inotify",
  .poll = inotify_poll,
  .read = inotify_read,
  .ioctl = inotify_ioctl,
  .close = inotify_close,
  .free = inotify_free,
};

int inotify_get(int fd, struct file **f) {
  *f = file_get(fd);
  if (*f && (*f)->node->ops == &inotify_ops) {
    return 0;
  }
  if (*f) {
    file_put(*f);
    return -EINVAL;
  }
  struct node *foreign = node_of_fd(fd);
  if (!foreign) {
    return -EBADF;
  }
  node_put(foreign);
  return -EINVAL;
}

int inotify_open(int flags) {
  if (flags & ~(IN_CLOEXEC | IN_NONBLOCK)) {
    return -EINVAL;
  }
  struct inotify *in = kmem_zalloc(sizeof *in);
  if (!in) {
    return -ENOMEM;
  }
  in->overflow = event_new(-1, IN_Q_OVERFLOW, 0, NULL);
  if (!in->overflow) {
    kmem_free(in, sizeof *in);
    return -ENOMEM;
  }
  node_init(&in->node, &inotify_ops);
  return fd_open(&in->node, O_RDONLY | flags);
}

/* ---- Watches; with watches_lock held ----------------------------------------------------------- */

static struct inotify_watch **bucket_of(uint64_t inode) {
  return &buckets[inode % BUCKETS];
}

static void add_watch(struct inotify_watch *w) {
  struct inotify_watch **bucket = bucket_of(w->inode);
  w->next_of_inode = *bucket;
  *bucket = w;
  w->next_of_instance = w->instance->watches;
  w->instance->watches = w;
}

static void remove_watch(struct inotify_watch *w) {
  struct inotify_watch **link = bucket_of(w->inode);
  while (*link != w) {
    link = &(*link)->next_of_inode;
  }
  *link = w->next_of_inode;
  link = &w->instance->watches;
  while (*link != w) {
    link = &(*link)->next_of_instance;
  }
  *link = w->next_of_instance;
  kmem_free(w, sizeof *w);
}

/* inotify_ignored_and_remove_idr(). */
static void end_watch(struct inotify_watch *w) {
  queue_event(w, IN_IGNORED, 0, NULL);
  remove_watch(w);
}

static struct inotify_watch *find_watch(struct inotify *in, uint64_t inode) {
  struct inotify_watch *w = *bucket_of(inode);
  while (w && (w->inode != inode || w->instance != in)) {
    w = w->next_of_inode;
  }
  return w;
}

static struct inotify_watch *watch_new(struct inotify *in, uint64_t inode, uint32_t mask) {
  struct inotify_watch *w = kmem_alloc(sizeof *w);
  if (w) {
    *w = (struct inotify_watch){
      .instance = in, .inode = inode, .wd = ++in->last_wd, .mask = mask & KEPT_BITS};
    add_watch(w);
  }
  return w;
}

/* inotify_update_existing_watch(). */
static int update_watch(struct inotify_watch *w, uint32_t mask) {
  if (mask & IN_MASK_CREATE) {
    return -EEXIST;
  }
  w->mask = (mask & IN_MASK_ADD ? w->mask : 0) | (mask & KEPT_BITS);
  return w->wd;
}

/* inotify_handle_inode_event(). Returns whether w has ended with it. */
static bool tell_watch(struct inotify_watch *w, uint32_t events, uint32_t cookie, const char *name,
                       bool unlinked) {
  if ((unlinked && (w->mask & IN_EXCL_UNLINK)) || !(events & (w->mask | IN_UNMOUNT))) {
    return false;
  }
  /* These two are of the inode, whatever it is. */
  queue_event(w, events & (IN_MOVE_SELF | IN_DELETE_SELF) ? events & ~IN_ISDIR : events, cookie,
              name);
  bool ends = w->mask & IN_ONESHOT;
  if (ends) {
    end_watch(w);
  }
  return ends;
}

/* ---- Calls ------------------------------------------------------------------------------------- */

static void inotify_close(struct node *n) {
  struct inotify *in = (struct inotify *)n;
  int ended = 0;
  lock_acquire(&watches_lock);
  for (; in->watches; ended++) {
    remove_watch(in->watches);
  }
  lock_release(&watches_lock);
  if (ended) {
    host_watching_inodes(-ended);
  }
}

int inotify_begin_watch(int fd, uint32_t mask, struct file **f) {
  if (!(mask & KNOWN_BITS)) {
    return -EINVAL;
  }
  int err = inotify_get(fd, f);
  if (!err && (mask & IN_MASK_ADD) && (mask & IN_MASK_CREATE)) {
    file_put(*f);
    return -EINVAL;
  }
  return err;
}

int inotify_watch(struct node *n, uint64_t inode, uint32_t mask) {
  struct inotify *in = (struct inotify *)n;
  int wd = -ENOMEM;
  bool fresh = false;
  lock_acquire(&watches_lock);
  struct inotify_watch *w = find_watch(in, inode);
  if (w) {
    wd = update_watch(w, mask);
  } else {
    w = watch_new(in, inode, mask);
    fresh = w;
    wd = w ? w->wd : -ENOMEM;
  }
  lock_release(&watches_lock);
  if (fresh) {
    host_watching_inodes(1);
  }
  return wd;
}

int inotify_unwatch(struct node *n, int wd) {
  struct inotify *in = (struct inotify *)n;
  lock_acquire(&watches_lock);
  struct inotify_watch *w = in->watches;
  while (w && w->wd != wd) {
    w = w->next_of_instance;
  }
  if (w) {
    end_watch(w);
  }
  lock_release(&watches_lock);
  if (!w) {
    return -EINVAL;
  }
  host_watching_inodes(-1);
  return 0;
}

bool inotify_watches(uint64_t inode) {
  lock_acquire(&watches_lock);
  struct inotify_watch *w = *bucket_of(inode);
  while (w && w->inode != inode) {
    w = w->next_of_inode;
  }
  lock_release(&watches_lock);
  return w;
}

void inotify_report(uint64_t inode, uint32_t events, uint32_t cookie, const char *name,
                    bool unlinked) {
  int ended = 0;
  struct inotify_watch *next;
  lock_acquire(&watches_lock);
  for (struct inotify_watch *w = *bucket_of(inode); w; w = next) {
    next = w->next_of_inode;
    if (w->inode == inode) {
      ended += tell_watch(w, events, cookie, name, unlinked);
    }
  }
  lock_release(&watches_lock);
  if (ended) {
    host_watching_inodes(-ended);
  }
}

void inotify_forget(uint64_t inode) {
  int ended = 0;
  struct inotify_watch *next;
  lock_acquire(&watches_lock);
  for (struct inotify_watch *w = *bucket_of(inode); w; w = next) {
    next = w->next_of_inode;
    if (w->inode == inode) {
      end_watch(w);
      ended++;
    }
  }
  lock_release(&watches_lock);
  if (ended) {
    host_watching_inodes(-ended);
  }
}
