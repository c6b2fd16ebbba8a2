/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The poll set. The path of a wake: the node's listener puts its entry into the hot list and wakes
 * the set's waiter; collect() derives the entries of that list.
 *
 * An entry that is not hot was not ready when it was last looked at, with its listener in place, and has
 * not been notified since: so it is not ready now. This is what epoll's ready list rests on too.
 */
#include "poll_set.h"

#include <stddef.h>

#include "file.h"
#include "kmem.h"

enum { CHUNK = 256, CHUNKS = POLL_SET_MAX / CHUNK };

/* The entry of fds[index]. */
struct entry {
  struct listener listener;
  struct node *node; /* that the listener is with; NULL: fd is not open */
  struct entry *next_hot;
  int fd; /* -1: none */
  int wanted;
  nfds_t index;
  bool hot;    /* in the list */
  bool always; /* hot in each call: the core does not hear of all that happens to it */
};

/* Apart from the entries, so that a comparison looks at nothing else. */
struct chunk {
  struct pollfd last[CHUNK];
  struct entry entries[CHUNK];
};

static struct {
  struct lock lock; /* of busy, hot and the entries' hot */
  bool busy;
  bool sleeps;      /* atomic, as is the next */
  bool closed_some; /* since fit() */
  struct entry *hot;
  /* The rest is of whoever made it busy. */
  struct waiter waiter;
  deadline_t change; /* when the time is going to make an entry ready */
  nfds_t n;          /* entries that may have a descriptor are below */
  struct chunk *chunks[CHUNKS];
} set;

static bool make_busy(void) {
  lock_acquire(&set.lock);
  bool was_busy = set.busy;
  set.busy = true;
  lock_release(&set.lock);
  return !was_busy;
}

static void make_idle(void) {
  lock_acquire(&set.lock);
  set.busy = false;
  lock_release(&set.lock);
}

/* ---- The hot list ---------------------------------------------------------------------------- */

static void heat(struct entry *e) {
  lock_acquire(&set.lock);
  if (!e->hot) {
    e->hot = true;
    e->next_hot = set.hot;
    set.hot = e;
  }
  lock_release(&set.lock);
}

static void cool(struct entry *e) {
  lock_acquire(&set.lock);
  e->hot = false;
  lock_release(&set.lock);
}

/* Those in it are linked and marked until they are cooled. */
static struct entry *take_hot(void) {
  lock_acquire(&set.lock);
  struct entry *e = set.hot;
  set.hot = NULL;
  lock_release(&set.lock);
  return e;
}

static void on_notify(struct listener *l, int events) {
  heat((struct entry *)((char *)l - offsetof(struct entry, listener)));
  if (events & POLLNVAL) {
    __atomic_store_n(&set.closed_some, true, __ATOMIC_RELAXED);
  }
  waiter_wake(&set.waiter);
}

bool poll_set_owns(const struct listener *l, bool *waits) {
  *waits = __atomic_load_n(&set.sleeps, __ATOMIC_RELAXED);
  return l->fn == on_notify;
}

/* ---- Entries ----------------------------------------------------------------------------------- */

static void detach(struct entry *e) {
  if (e->node) {
    wait_queue_remove(&e->listener);
    node_put(e->node);
    e->node = NULL;
  }
}

/* Has e listen to what fd refers to now, and looked at. */
static void attach(struct entry *e) {
  struct file *f = file_get(e->fd);
  e->node = f ? node_get(f->node) : node_of_fd(e->fd);
  /* The host closes its own without a word; and the time notifies nobody. */
  e->always = !f || e->node->ops->deadline;
  if (f) {
    file_put(f);
  }
  if (e->node) {
    listener_init(&e->listener, on_notify, e->wanted);
    e->listener.waiter = &set.waiter;
    wait_queue_add(&e->node->queue, &e->listener);
  }
  heat(e);
}

static void set_entry(struct entry *e, int fd, int events) {
  detach(e);
  e->fd = fd;
  e->wanted = poll_wanted(events);
  if (fd >= 0) {
    attach(e);
  }
}

static bool refers_elsewhere(const struct entry *e) {
  struct node *n = node_of_fd(e->fd);
  if (n) {
    node_put(n);
  }
  return n != e->node;
}

/* first: of a call, which is about what fd refers to then. Later, closed and opened anew is not open. */
static int look(struct entry *e, bool first) {
  if (first && refers_elsewhere(e)) {
    detach(e);
    attach(e);
  }
  if (!e->node) {
    return POLLNVAL; /* if it has been opened since, nobody listens to it */
  }
  int ready = fd_poll(e->fd, e->node) & e->wanted;
  deadline_t change = node_deadline(e->node);
  set.change = change < set.change ? change : set.change;
  return ready;
}

/* Returns how many are ready. */
static int collect(struct pollfd *fds, bool first) {
  int count = 0;
  set.change = DEADLINE_NONE;
  struct entry *next;
  for (struct entry *e = take_hot(); e; e = next) {
    next = e->next_hot;
    cool(e);
    if (e->fd < 0) {
      continue;
    }
    int ready = look(e, first);
    fds[e->index].revents = (short)ready;
    count += ready != 0;
    if (ready || e->always) {
      heat(e);
    }
  }
  return count;
}

/* ---- The set as a whole ------------------------------------------------------------------------ */

static bool add_chunk(nfds_t i) {
  struct chunk *c = kmem_zalloc(sizeof *c);
  if (!c) {
    return false;
  }
  for (nfds_t k = 0; k < CHUNK; k++) {
    c->last[k].fd = c->entries[k].fd = -1;
    c->entries[k].index = i * CHUNK + k;
  }
  set.chunks[i] = c;
  return true;
}

/* Makes the first n entries of a chunk those of fds. */
static void fit_chunk(struct chunk *c, struct pollfd *fds, nfds_t n) {
  for (nfds_t k = 0; k < n; k++) {
    if (c->last[k].fd != fds[k].fd || c->last[k].events != fds[k].events) {
      c->last[k] = fds[k];
      set_entry(&c->entries[k], fds[k].fd, fds[k].events);
    }
    fds[k].revents = 0;
  }
}

static void empty_from(nfds_t n) {
  for (nfds_t i = n; i < set.n; i++) {
    struct chunk *c = set.chunks[i / CHUNK];
    c->last[i % CHUNK].fd = -1;
    set_entry(&c->entries[i % CHUNK], -1, 0);
  }
  set.n = n;
}

/* Makes the set that of fds, whose revents it clears. */
static bool fit(struct pollfd *fds, nfds_t n) {
  for (nfds_t i = 0; i * CHUNK < n; i++) {
    if (!set.chunks[i] && !add_chunk(i)) {
      return false;
    }
  }
  __atomic_store_n(&set.closed_some, false, __ATOMIC_RELAXED);
  for (nfds_t i = 0; i < n; i += CHUNK) {
    fit_chunk(set.chunks[i / CHUNK], fds + i, n - i < CHUNK ? n - i : CHUNK);
  }
  empty_from(n);
  return true;
}

static int wait_for_hot(struct pollfd *fds, deadline_t deadline) {
  int err = 0, count = 0;
  __atomic_store_n(&set.sleeps, true, __ATOMIC_RELAXED);
  while (!count && !err) {
    err = waiter_wait_until(&set.waiter, deadline, set.change);
    count = collect(fds, false);
  }
  __atomic_store_n(&set.sleeps, false, __ATOMIC_RELAXED);
  return count || waiter_timed_out(err) ? count : err;
}

bool poll_set_poll(struct pollfd *fds, nfds_t n, deadline_t deadline, int *result) {
  if (!make_busy()) {
    return false;
  }
  waiter_init(&set.waiter);
  bool fits = fit(fds, n);
  int count = fits ? collect(fds, true) : 0;
  if (fits && !count && deadline != 0) {
    *result = wait_for_hot(fds, deadline);
    make_idle();
    return true;
  }
  make_idle();
  if (count && deadline != 0) {
    waiter_pass();
  }
  *result = count ? count : waiter_interrupted();
  return fits;
}

void poll_set_tidy(void) {
  if (!__atomic_load_n(&set.closed_some, __ATOMIC_RELAXED) || !make_busy()) {
    return;
  }
  empty_from(0);
  take_hot();
  for (nfds_t i = 0; i < CHUNKS; i++) {
    kmem_free(set.chunks[i], sizeof *set.chunks[i]);
    set.chunks[i] = NULL;
  }
  __atomic_store_n(&set.closed_some, false, __ATOMIC_RELAXED);
  make_idle();
}
