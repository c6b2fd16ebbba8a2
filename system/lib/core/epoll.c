/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * epoll(7), after fs/eventpoll.c.
 *
 * An instance watches descriptions. A watch is a listener in the wait queue of its node; when the
 * node notifies, the watch goes onto the instance's ready list, and the instance, a node itself,
 * notifies in turn. epoll_wait takes watches off the list and derives each: one that is not ready
 * after all is dropped, one that is level-triggered goes back to the end of the list. So a wait
 * costs as much as there are ready watches, and one that is always ready does not keep the others
 * out when there are more than fit.
 *
 * Watches of nodes that change by themselves (timers, and instances that watch some) are in a heap
 * of deadlines as well, and a wait looks at those that are due. A deadline that has moved is unknown
 * until somebody looks it up.
 *
 * A watch belongs to (description, number): it lives until it is deleted or the description is
 * closed, whatever happens to the number.
 *
 * Locks: mutex (watches of an instance; held while they are derived) -> watchers_lock (the watches
 * of a description), and mutex -> the queue of a watched node -> ready_lock or the heap's. A listener
 * runs with that queue held and takes one of these alone; it notifies without, so that instances may
 * watch each other. Watched nodes expire, and notify, with the mutex held.
 */
#define _GNU_SOURCE
#include "epoll.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>

#include "deadline_heap.h"
#include "file.h"
#include "host.h"
#include "kmem.h"
#include "user_memory.h"

/* Bits that are not events: they say how to watch (EP_PRIVATE_BITS). */
#define HOW_BITS (EPOLLWAKEUP | EPOLLONESHOT | EPOLLET | EPOLLEXCLUSIVE)
/* What may go with EPOLLEXCLUSIVE (EPOLLEXCLUSIVE_OK_BITS). */
#define EXCLUSIVE_BITS                                                                             \
  (EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE)
/* Instances that may be nested in each other (EP_MAX_NESTS). */
#define MAX_NESTS 4
/* More events than this would not fit into an int of bytes (EP_MAX_EVENTS). */
#define MAX_EVENTS ((int)(INT32_MAX / sizeof(struct epoll_event)))
/* In the heap of deadlines, before all others. */
#define DEADLINE_UNKNOWN INT64_MIN

struct watch {
  struct listener listener;
  struct epoll *epoll;
  struct file *file; /* not a reference: its end removes the watch. NULL: not the core's */
  struct node *node;
  int fd;
  struct epoll_event event;
  struct watch *next_in_bucket;
  struct watch *next_of_file;
  struct watch *next_ready, *prev_ready;
  bool ready;
  bool chosen; /* EPOLLEXCLUSIVE: it has woken somebody, who has not collected it yet. ready_lock */
  struct deadline_entry deadline;
};

struct epoll {
  struct node node;
  struct lock mutex;
  bool closed;
  struct watch **buckets; /* by number */
  unsigned nbuckets, nwatches;
  struct lock ready_lock;
  struct watch *first_ready, *last_ready;
  unsigned nready;
  struct deadline_heap deadlines; /* has room for ntimed entries */
  unsigned ntimed;
};

/* Of every description's list of watches (struct file, watchers). */
static struct lock watchers_lock;

/* ---- The ready list ---------------------------------------------------------------------------- */

static void append_ready(struct watch *w) {
  struct epoll *e = w->epoll;
  w->ready = true;
  w->next_ready = NULL;
  w->prev_ready = e->last_ready;
  if (e->last_ready) {
    e->last_ready->next_ready = w;
  } else {
    e->first_ready = w;
  }
  e->last_ready = w;
  e->nready++;
}

static void unlink_ready(struct watch *w) {
  struct epoll *e = w->epoll;
  if (w->prev_ready) {
    w->prev_ready->next_ready = w->next_ready;
  } else {
    e->first_ready = w->next_ready;
  }
  if (w->next_ready) {
    w->next_ready->prev_ready = w->prev_ready;
  } else {
    e->last_ready = w->prev_ready;
  }
  w->ready = false;
  e->nready--;
}

/* Returns true if w was not on the list. */
static bool make_ready(struct watch *w) {
  struct epoll *e = w->epoll;
  lock_acquire(&e->ready_lock);
  bool fresh = !w->ready;
  if (fresh) {
    append_ready(w);
  }
  lock_release(&e->ready_lock);
  return fresh;
}

static void make_unready(struct watch *w) {
  struct epoll *e = w->epoll;
  lock_acquire(&e->ready_lock);
  if (w->ready) {
    unlink_ready(w);
  }
  lock_release(&e->ready_lock);
}

static struct watch *take_ready(struct epoll *e) {
  lock_acquire(&e->ready_lock);
  struct watch *w = e->first_ready;
  if (w) {
    unlink_ready(w);
  }
  lock_release(&e->ready_lock);
  return w;
}

/* Undoes take_ready(); nothing if w has become ready anew. */
static void return_ready(struct watch *w) {
  struct epoll *e = w->epoll;
  lock_acquire(&e->ready_lock);
  if (!w->ready) {
    w->ready = true;
    w->prev_ready = NULL;
    w->next_ready = e->first_ready;
    if (e->first_ready) {
      e->first_ready->prev_ready = w;
    } else {
      e->last_ready = w;
    }
    e->first_ready = w;
    e->nready++;
  }
  lock_release(&e->ready_lock);
}

static unsigned count_ready(struct epoll *e) {
  lock_acquire(&e->ready_lock);
  unsigned n = e->nready;
  lock_release(&e->ready_lock);
  return n;
}

/* ep_poll_callback(): events that the watch did not ask for are no edge of its, and the closing of
   one descriptor among several is none at all. The instance wakes with POLLIN alone
   (ep_poll_safewake), although it is ready for POLLRDNORM as well. Returns whether that has woken
   an epoll_wait. */
static bool on_events(struct listener *l, int events) {
  struct watch *w = (struct watch *)l;
  struct epoll *e = w->epoll;
  int told = events & DEADLINE_MOVED;
  if (told) {
    deadline_heap_set(&e->deadlines, &w->deadline, DEADLINE_UNKNOWN);
  }
  if (events & w->listener.events & ~(POLLNVAL | DEADLINE_MOVED)) {
    make_ready(w);
    told |= POLLIN;
  }
  return told && wait_queue_notify(&e->node.queue, told);
}

static void on_notify(struct listener *l, int events) {
  on_events(l, events);
}

static void set_chosen(struct watch *w, bool chosen) {
  lock_acquire(&w->epoll->ready_lock);
  w->chosen = chosen;
  lock_release(&w->epoll->ready_lock);
}

static bool on_exclusive(struct listener *l, int events) {
  bool woke = on_events(l, events);
  if (woke) {
    set_chosen((struct watch *)l, true);
  }
  return woke;
}

/* A producer may be reading the listener at this moment. */
static void listen_for(struct watch *w, int events) {
  struct wait_queue *q = &w->node->queue;
  lock_acquire(&q->lock);
  w->listener.events = events | DEADLINE_MOVED;
  lock_release(&q->lock);
}

static uint32_t derive(struct watch *w) {
  return (uint32_t)w->node->ops->poll(w->node) & w->event.events & ~(uint32_t)HOW_BITS;
}

/* ---- Watches that the time makes ready --------------------------------------------------------- */

static bool is_timed(const struct node *n) {
  return n->ops->deadline;
}

/* Lets those whose deadline has passed expire, so that they notify, in the order of their
   deadlines. mutex is held. */
static void expire_due(struct epoll *e) {
  if (deadline_heap_earliest(&e->deadlines) == DEADLINE_NONE) {
    return;
  }
  int64_t now = host_now();
  deadline_t deadline;
  struct deadline_entry *entry;
  while ((entry = deadline_heap_take(&e->deadlines, now, &deadline))) {
    struct watch *w = (struct watch *)((char *)entry - offsetof(struct watch, deadline));
    if (deadline != DEADLINE_UNKNOWN) {
      w->node->ops->expire(w->node);
    }
    deadline_heap_set_earlier(&e->deadlines, entry, w->node->ops->deadline(w->node));
  }
}

static deadline_t epoll_deadline(struct node *n) {
  deadline_t earliest = deadline_heap_earliest(&((struct epoll *)n)->deadlines);
  return earliest == DEADLINE_UNKNOWN ? 0 : earliest;
}

static void epoll_expire(struct node *n) {
  struct epoll *e = (struct epoll *)n;
  lock_acquire(&e->mutex);
  expire_due(e);
  lock_release(&e->mutex);
}

/* w has come into its node's queue: whoever waits on the instance has one deadline more. */
static void begin_deadline(struct watch *w) {
  deadline_t deadline = node_deadline(w->node);
  if (deadline != DEADLINE_NONE) {
    deadline_heap_set_earlier(&w->epoll->deadlines, &w->deadline, deadline);
    notify_node_listeners(&w->epoll->node, DEADLINE_MOVED);
  }
}

/* ---- Watches by number ------------------------------------------------------------------------- */

static struct watch **bucket_of(struct epoll *e, int fd) {
  return &e->buckets[(unsigned)fd & (e->nbuckets - 1)];
}

static struct watch *find(struct epoll *e, const struct file *f, const struct node *n, int fd) {
  struct watch *w = e->nbuckets ? *bucket_of(e, fd) : NULL;
  while (w && (w->fd != fd || w->file != f || w->node != n)) {
    w = w->next_in_bucket;
  }
  return w;
}

static int make_room(struct epoll *e) {
  if (e->nwatches < e->nbuckets) {
    return 0;
  }
  unsigned old_count = e->nbuckets;
  struct watch **old = e->buckets;
  unsigned count = old_count ? old_count * 2 : 16;
  struct watch **buckets = kmem_zalloc(count * sizeof(struct watch *));
  if (!buckets) {
    return -ENOMEM;
  }
  e->buckets = buckets;
  e->nbuckets = count;
  for (unsigned i = 0; i < old_count; i++) {
    struct watch *next;
    for (struct watch *w = old[i]; w; w = next) {
      next = w->next_in_bucket;
      struct watch **bucket = bucket_of(e, w->fd);
      w->next_in_bucket = *bucket;
      *bucket = w;
    }
  }
  kmem_free(old, old_count * sizeof(struct watch *));
  return 0;
}

/* file_put() looks without the lock whether there is a first one. */
static void store_watcher(struct watch **link, struct watch *w) {
  __atomic_store_n(link, w, __ATOMIC_RELEASE);
}

static void join_file(struct watch *w) {
  if (!w->file) {
    return;
  }
  lock_acquire(&watchers_lock);
  w->next_of_file = w->file->watchers;
  store_watcher(&w->file->watchers, w);
  lock_release(&watchers_lock);
}

static void leave_file(struct watch *w) {
  if (!w->file) {
    return;
  }
  lock_acquire(&watchers_lock);
  struct watch **link = (struct watch **)&w->file->watchers;
  while (*link != w) {
    link = &(*link)->next_of_file;
  }
  store_watcher(link, w->next_of_file);
  lock_release(&watchers_lock);
}

/* An event that this instance alone was woken for has not been collected: let another have it. */
static void pass_on(struct watch *w) {
  uint32_t revents = w->chosen ? derive(w) : 0;
  if (revents) {
    wait_queue_pass_on(&w->node->queue, (int)revents);
  }
}

static void remove_watch(struct watch *w) {
  struct epoll *e = w->epoll;
  wait_queue_remove(&w->listener);
  pass_on(w);
  make_unready(w);
  deadline_heap_remove(&e->deadlines, &w->deadline);
  e->ntimed -= is_timed(w->node);
  struct watch **link = bucket_of(e, w->fd);
  while (*link != w) {
    link = &(*link)->next_in_bucket;
  }
  *link = w->next_in_bucket;
  e->nwatches--;
  leave_file(w);
  node_put(w->node);
  kmem_free(w, sizeof *w);
}

/* The last reference to f has gone: eventpoll_release(). */
static void release_file(struct file *f) {
  for (;;) {
    lock_acquire(&watchers_lock);
    struct watch *w = f->watchers;
    struct epoll *e = w ? w->epoll : NULL;
    if (e) {
      node_get(&e->node);
    }
    lock_release(&watchers_lock);
    if (!e) {
      return;
    }
    lock_acquire(&e->mutex);
    for (unsigned i = 0; i < e->nbuckets; i++) {
      struct watch *next;
      for (w = e->buckets[i]; w; w = next) {
        next = w->next_in_bucket;
        if (w->file == f) {
          remove_watch(w);
        }
      }
    }
    lock_release(&e->mutex);
    node_put(&e->node);
  }
}

/* ---- The node ---------------------------------------------------------------------------------- */

/* Readable while a watch on the ready list really is ready; drops those before it that are not
   (__ep_eventpoll_poll), so that whoever sleeps after this hears of the next one that gets there. */
static int epoll_poll(struct node *n) {
  struct epoll *e = (struct epoll *)n;
  int mask = 0;
  lock_acquire(&e->mutex);
  for (unsigned looks = count_ready(e); looks && !mask; looks--) {
    struct watch *w = take_ready(e);
    if (derive(w)) {
      return_ready(w);
      mask = POLLIN | POLLRDNORM;
    }
  }
  lock_release(&e->mutex);
  return mask;
}

static void epoll_close(struct node *n) {
  struct epoll *e = (struct epoll *)n;
  lock_acquire(&e->mutex);
  for (unsigned i = 0; i < e->nbuckets; i++) {
    while (e->buckets[i]) {
      remove_watch(e->buckets[i]);
    }
  }
  e->closed = true;
  lock_release(&e->mutex);
  notify_node_listeners(n, POLLNVAL); /* those that end with the instance: epoll_listener.c */
}

/* ep_eventpoll_ioctl() knows only what tunes busy polling. */
static int epoll_ioctl(struct file *f, unsigned long request, void *arg) {
  (void)f;
  (void)request;
  (void)arg;
  return -EINVAL;
}

static void epoll_free(struct node *n) {
  struct epoll *e = (struct epoll *)n;
  kmem_free(e->buckets, e->nbuckets * sizeof *e->buckets);
  deadline_heap_free(&e->deadlines);
  kmem_free(e, sizeof *e);
}

static const struct node_ops epoll_ops = {
  .name = "eventpoll",
  .poll = epoll_poll,
  .ioctl = epoll_ioctl,
  .deadline = epoll_deadline,
  .expire = epoll_expire,
  .close = epoll_close,
  .free = epoll_free,
};

static struct epoll *epoll_of(struct node *n) {
  return n->ops == &epoll_ops ? (struct epoll *)n : NULL;
}

bool epoll_is_instance(const struct node *n) {
  return n->ops == &epoll_ops;
}

bool epoll_is_closed(struct node *n) {
  struct epoll *e = epoll_of(n);
  lock_acquire(&e->mutex);
  bool closed = e->closed;
  lock_release(&e->mutex);
  return closed;
}

bool epoll_describe_listener(const struct listener *l, struct epoll_watch_info *info) {
  if (l->fn != on_notify && l->take != on_exclusive) {
    return false;
  }
  const struct watch *w = (const struct watch *)l;
  *info = (struct epoll_watch_info){&w->epoll->node, w->fd, w->event.events & HOW_BITS};
  return true;
}

int epoll_open(int flags) {

  if (flags & ~EPOLL_CLOEXEC) {
    return -EINVAL;
  }
  struct epoll *e = kmem_zalloc(sizeof *e);
  if (!e) {
    return -ENOMEM;
  }
  node_init(&e->node, &epoll_ops);
  file_release_hook = release_file;
  return fd_open(&e->node, O_RDWR | flags);
}

/* ---- Nesting ----------------------------------------------------------------------------------- */

/* Held while an instance is put into another, so that two such calls cannot close a loop. */
static struct lock nest_lock;

/* How many instances deep n goes, 0 if it is none; more than MAX_NESTS if it is deeper, or if
   target is among them (ep_loop_check_proc). */
static int depth_below(struct node *n, const struct epoll *target) {
  struct epoll *e = epoll_of(n);
  if (!e) {
    return 0;
  }
  if (e == target) {
    return MAX_NESTS + 1;
  }
  int deepest = 0;
  lock_acquire(&e->mutex);
  for (unsigned i = 0; i < e->nbuckets && deepest <= MAX_NESTS; i++) {
    for (struct watch *w = e->buckets[i]; w && deepest <= MAX_NESTS; w = w->next_in_bucket) {
      int depth = epoll_of(w->node) ? 1 + depth_below(w->node, target) : 0;
      deepest = depth > deepest ? depth : deepest;
    }
  }
  lock_release(&e->mutex);
  return deepest;
}

/* How many instances are stacked above e (ep_get_upwards_depth_proc). */
static int depth_above(struct epoll *e) {
  int deepest = 0;
  lock_acquire(&e->node.queue.lock);
  for (struct listener *l = e->node.queue.head; l; l = l->next) {
    if (l->fn == on_notify) {
      int depth = 1 + depth_above(((struct watch *)l)->epoll);
      deepest = depth > deepest ? depth : deepest;
    }
  }
  lock_release(&e->node.queue.lock);
  return deepest;
}

static bool nests_too_deep(struct epoll *e, struct node *n) {
  int below = depth_below(n, e);
  return below > MAX_NESTS || below + 1 + depth_above(e) > MAX_NESTS;
}

/* ---- epoll_ctl --------------------------------------------------------------------------------- */

static void set_event(struct watch *w, const struct epoll_event *event) {
  w->event = *event;
  w->event.events |= EPOLLERR | EPOLLHUP;
  listen_for(w, (int)(w->event.events & ~(uint32_t)HOW_BITS));
}

/* A watch that is ready from the start counts as an edge. */
static void look_at_once(struct watch *w) {
  if (is_timed(w->node)) {
    w->node->ops->expire(w->node);
  }
  if (derive(w) && make_ready(w)) {
    notify_node_listeners(&w->epoll->node, POLLIN);
  }
}

/* ep_ptable_queue_proc(): the order in which watches of one node get onto the ready list. */
static void join_queue(struct watch *w) {
  if (w->event.events & EPOLLEXCLUSIVE) {
    wait_queue_add(&w->node->queue, &w->listener);
  } else {
    wait_queue_add_first(&w->node->queue, &w->listener);
  }
}

static int add(struct epoll *e, struct file *f, struct node *n, int fd,
               const struct epoll_event *event) {
  if (make_room(e) != 0) {
    return -ENOMEM;
  }
  if (is_timed(n) && deadline_heap_reserve(&e->deadlines, e->ntimed + 1) != 0) {
    return -ENOMEM;
  }
  struct watch *w = kmem_zalloc(sizeof *w);
  if (!w) {
    return -ENOMEM;
  }
  w->epoll = e;
  w->file = f;
  w->node = node_get(n);
  w->fd = fd;
  if (event->events & EPOLLEXCLUSIVE) {
    listener_init_exclusive(&w->listener, on_exclusive, 0);
  } else {
    listener_init(&w->listener, on_notify, 0);
  }
  set_event(w, event);
  struct watch **bucket = bucket_of(e, fd);
  w->next_in_bucket = *bucket;
  *bucket = w;
  e->nwatches++;
  e->ntimed += is_timed(n);
  join_file(w);
  join_queue(w);
  look_at_once(w);
  begin_deadline(w);
  return 0;
}

static int modify(struct watch *w, const struct epoll_event *event) {
  if (w->event.events & EPOLLEXCLUSIVE) {
    return -EINVAL;
  }
  set_event(w, event);
  look_at_once(w);
  return 0;
}

static int control(struct epoll *e, int op, struct file *f, struct node *n, int fd,
                   const struct epoll_event *event) {
  struct watch *w = find(e, f, n, fd);
  switch (op) {
    case EPOLL_CTL_ADD:
      return w ? -EEXIST : add(e, f, n, fd, event);
    case EPOLL_CTL_MOD:
      return w ? modify(w, event) : -ENOENT;
    case EPOLL_CTL_DEL:
      if (!w) {
        return -ENOENT;
      }
      remove_watch(w);
      return 0;
    default:
      return -EINVAL;
  }
}

static bool is_bad_exclusive(int op, const struct node *n, const struct epoll_event *event) {
  if (op == EPOLL_CTL_DEL || !(event->events & EPOLLEXCLUSIVE)) {
    return false;
  }
  return op == EPOLL_CTL_MOD || n->ops == &epoll_ops || (event->events & ~(uint32_t)EXCLUSIVE_BITS);
}

/* do_epoll_ctl(), its checks in its order. f: the description of fd, NULL if it is not the core's;
   n: its node. */
static int control_node(struct node *epoll, int op, struct file *f, struct node *n, int fd,
                        const struct epoll_event *event) {
  if (n->ops->always_ready) {
    return -EPERM;
  }
  struct epoll *e = epoll_of(epoll);
  if (epoll == n || !e || is_bad_exclusive(op, n, event)) {
    return -EINVAL;
  }
  bool nests = op == EPOLL_CTL_ADD && epoll_of(n);
  if (nests) {
    lock_acquire(&nest_lock);
    if (nests_too_deep(e, n)) {
      lock_release(&nest_lock);
      return -ELOOP;
    }
  }
  lock_acquire(&e->mutex);
  int r = control(e, op, f, n, fd, event);
  lock_release(&e->mutex);
  if (nests) {
    lock_release(&nest_lock);
  }
  return r;
}

/* What a descriptor refers to, with references; while they are held it is not closed. */
struct target {
  struct file *file; /* NULL: not the core's */
  struct node *node; /* NULL: not open */
};

/* If fd is opened between the two looks it was not open at the first: a node of the core's comes
   with its description, or else nothing would take the watch out in the end. */
static struct target target_get(int fd) {
  struct file *f = file_get(fd);
  return (struct target){f, f ? node_get(f->node) : fd < 0 ? NULL : host_foreign_node(fd)};
}

static void target_put(struct target t) {
  if (t.node) {
    node_put(t.node);
  }
  if (t.file) {
    file_put(t.file);
  }
}

int epoll_control(int epfd, int op, int fd, struct epoll_event *event) {
  if (op != EPOLL_CTL_DEL && !user_range_ok(event, sizeof *event)) {
    return -EFAULT;
  }
  struct target epoll = target_get(epfd);
  struct target t = target_get(fd);
  int r = epoll.node && t.node ? control_node(epoll.node, op, t.file, t.node, fd, event) : -EBADF;
  target_put(t);
  target_put(epoll);
  return r;
}

/* ---- epoll_wait -------------------------------------------------------------------------------- */

/* ep_send_events(): at most one look at each watch that was ready when it began. */
static int collect(struct epoll *e, struct epoll_event *events, int max) {
  int count = 0;
  lock_acquire(&e->mutex);
  expire_due(e);
  for (unsigned looks = count_ready(e); looks && count < max; looks--) {
    struct watch *w = take_ready(e);
    if (w->event.events & EPOLLEXCLUSIVE) {
      set_chosen(w, false);
    }
    uint32_t revents = derive(w);
    if (!revents) {
      continue;
    }
    events[count++] = (struct epoll_event){.events = revents, .data = w->event.data};
    if (w->event.events & EPOLLONESHOT) {
      w->event.events &= HOW_BITS;
      listen_for(w, 0);
    } else if (!(w->event.events & EPOLLET)) {
      make_ready(w);
    }
  }
  lock_release(&e->mutex);
  return count;
}

/* ep_done_scan(): what is left on the ready list is for another who waits. */
static void wake_next(struct epoll *e) {
  if (!wait_queue_is_empty(&e->node.queue) && epoll_poll(&e->node)) {
    wait_queue_pass_on(&e->node.queue, POLLIN);
  }
}

/* ep_poll(): an event wakes one of those who wait. A collection that finds nothing leaves an empty
   ready list: whatever gets there afterwards notifies, and wakes. */
static int wait_and_collect(struct epoll *e, struct file *ef, int epfd, struct epoll_event *events,
                            int max, deadline_t deadline) {
  struct waiter w;
  struct listener l;
  int count, err = 0;
  waiter_init(&w);
  listener_init_exclusive_waiter(&l, &w, POLLIN);
  wait_queue_add(&e->node.queue, &l);
  do {
    count = fd_refers_to(epfd, ef) ? collect(e, events, max) : -EBADF;
  } while (!count && !(err = waiter_wait_until(&w, deadline, epoll_deadline(&e->node))));
  wait_queue_remove(&l);
  if (!count) {
    count = collect(e, events, max); /* what this waiter was woken for nobody else was */
  }
  wake_next(e);
  return count || waiter_timed_out(err) ? count : err;
}

/* do_epoll_wait(): EBADF comes before what ep_check_params() finds. */
static int collect_file(struct file *ef, int epfd, struct epoll_event *events, int max,
                        deadline_t deadline) {
  if (max <= 0 || max > MAX_EVENTS) {
    return -EINVAL;
  }
  if (!user_range_ok(events, (size_t)max * sizeof *events)) {
    return -EFAULT;
  }
  struct epoll *e = epoll_of(ef->node);
  if (!e) {
    return -EINVAL;
  }
  int count = collect(e, events, max);
  if (!count && deadline != 0) {
    return wait_and_collect(e, ef, epfd, events, max, deadline);
  }
  if (deadline != 0) {
    waiter_pass();
  }
  return count;
}

int epoll_collect(int epfd, struct epoll_event *events, int max, deadline_t deadline) {
  struct file *ef = file_get(epfd);
  if (ef) {
    int count = collect_file(ef, epfd, events, max, deadline);
    file_put(ef);
    return count;
  }
  struct node *n = node_of_fd(epfd);
  if (!n) {
    return -EBADF;
  }
  node_put(n);
  return -EINVAL;
}
