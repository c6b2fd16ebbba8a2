/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The engine of poll(2) and select(2): derive every descriptor; if none is ready, put one listener
 * into each node's queue, derive again, sleep, and derive those whose listener was called.
 *
 * Listeners are made only when the call really has to sleep: a call that finds something ready
 * costs one pass of derivations and nothing else. A poll(2) over many keeps its listeners instead
 * (poll_set.h).
 */
#include "poll_fds.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "file.h"
#include "kmem.h"
#include "poll_set.h"
#include "user_memory.h"

/* Entries that fit on the stack; more are allocated. */
#define SMALL 8
/* Linux: RLIMIT_NOFILE bounds nfds. This is the most that the descriptor table holds. */
#define MAX_FDS POLL_SET_MAX

/* One descriptor that is waited for. wanted holds exactly the bits that end the wait. */
struct entry {
  int fd;
  int wanted, ready;
  bool notified;     /* since it was derived; atomic */
  bool timed;        /* the time may make it ready */
  struct node *node; /* NULL while no listener is registered */
  struct listener listener;
};

static void on_notify(struct listener *l, int events) {
  struct entry *e = (struct entry *)((char *)l - offsetof(struct entry, listener));
  (void)events;
  __atomic_store_n(&e->notified, true, __ATOMIC_RELEASE);
  waiter_wake(l->waiter);
}

static bool take_notified(struct entry *e) {
  return __atomic_load_n(&e->notified, __ATOMIC_RELAXED) &&
         __atomic_exchange_n(&e->notified, false, __ATOMIC_ACQUIRE);
}

/* What a wait looks at. */
struct wait {
  struct entry *entries;
  size_t n;
  struct waiter waiter;
  deadline_t change; /* when the time is going to make one of them ready */
};

/* Returns whether e is ready. */
static bool look(struct wait *wait, struct entry *e) {
  e->ready = fd_poll(e->fd, e->node) & e->wanted;
  deadline_t change = node_deadline(e->node);
  e->timed = change != DEADLINE_NONE;
  wait->change = change < wait->change ? change : wait->change;
  return e->ready;
}

static void listen_to(struct wait *wait, struct entry *e) {
  listener_init(&e->listener, on_notify, e->wanted);
  e->listener.waiter = &wait->waiter;
  wait_queue_add(&e->node->queue, &e->listener);
}

/* Registers all, and returns how many are ready. */
static int look_at_all(struct wait *wait) {
  int count = 0;
  wait->change = DEADLINE_NONE;
  for (struct entry *e = wait->entries; e < wait->entries + wait->n; e++) {
    e->node = node_of_fd(e->fd);
    if (e->node) {
      listen_to(wait, e);
      count += look(wait, e);
    } else if (e->fd >= 0) {
      e->ready = POLLNVAL & e->wanted;
      count += e->ready != 0;
    }
  }
  return count;
}

/* Those that have become ready have been notified, or their time has come; at the end, which nobody
   would come back from to be notified, all are looked at. */
static int look_again(struct wait *wait, bool end) {
  int count = 0;
  wait->change = DEADLINE_NONE;
  for (struct entry *e = wait->entries; e < wait->entries + wait->n; e++) {
    if (e->node && (take_notified(e) || e->timed || end)) {
      count += look(wait, e);
    }
  }
  return count;
}

static void unregister_all(struct wait *wait) {
  for (struct entry *e = wait->entries; e < wait->entries + wait->n; e++) {
    if (e->node) {
      wait_queue_remove(&e->listener);
      node_put(e->node);
    }
  }
}

/* Nothing was ready: sleeps until something is. Returns the number of ready entries, 0 when the
   deadline has passed, or -errno. */
static int wait_for_any(struct entry *entries, size_t n, deadline_t deadline) {
  struct wait wait = {.entries = entries, .n = n};
  waiter_init(&wait.waiter);
  int err = 0, count = look_at_all(&wait);
  while (!count && !err) {
    err = waiter_wait_until(&wait.waiter, deadline, wait.change);
    count = look_again(&wait, err);
  }
  unregister_all(&wait);
  return count || waiter_timed_out(err) ? count : err;
}

/* ---- poll -------------------------------------------------------------------------------------- */

static int poll_once(struct pollfd *fds, nfds_t n) {
  int count = 0;
  for (nfds_t i = 0; i < n; i++) {
    struct pollfd *p = &fds[i];
    p->revents = p->fd < 0 ? 0 : fd_poll(p->fd, NULL) & poll_wanted(p->events);
    count += p->revents != 0;
  }
  return count;
}

static int poll_wait(struct pollfd *fds, nfds_t n, deadline_t deadline) {
  struct entry small[SMALL];
  struct entry *entries = n <= SMALL ? small : kmem_alloc(n * sizeof *entries);
  if (!entries) {
    return -ENOMEM;
  }
  for (nfds_t i = 0; i < n; i++) {
    entries[i] = (struct entry){.fd = fds[i].fd, .wanted = poll_wanted(fds[i].events)};
  }
  int count = wait_for_any(entries, n, deadline);
  for (nfds_t i = 0; count >= 0 && i < n; i++) {
    fds[i].revents = entries[i].ready;
  }
  if (entries != small) {
    kmem_free(entries, (size_t)n * sizeof *entries);
  }
  return count;
}

int poll_fds(struct pollfd *fds, nfds_t n, deadline_t deadline) {
  if (n > MAX_FDS) {
    return -EINVAL;
  }
  if (!user_range_ok(fds, n * sizeof *fds)) {
    return -EFAULT;
  }
  int count;
  if (n >= POLL_SET_MIN && poll_set_poll(fds, n, deadline, &count)) {
    return count;
  }
  poll_set_tidy();
  count = poll_once(fds, n);
  if (deadline == 0) {
    return count ? count : waiter_interrupted();
  }
  if (count) {
    waiter_pass();
    return count;
  }
  return poll_wait(fds, n, deadline);
}

/* ---- select ------------------------------------------------------------------------------------ */

/* fs/select.c: which bits of poll end a select, per set. What is closed during the wait is ready in
   each set, for the call that follows to answer EBADF. */
#define SELECT_IN (POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR | POLLNVAL)
#define SELECT_OUT (POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR | POLLNVAL)
#define SELECT_EX (POLLPRI | POLLNVAL)

static bool in_set(int fd, const fd_set *set) {
  return set && FD_ISSET(fd, set);
}

static int select_wanted(int fd, const fd_set *r, const fd_set *w, const fd_set *e) {
  return (in_set(fd, r) ? SELECT_IN : 0) | (in_set(fd, w) ? SELECT_OUT : 0) |
         (in_set(fd, e) ? SELECT_EX : 0);
}

static size_t collect(struct entry *entries, int n, fd_set *r, fd_set *w, fd_set *e) {
  size_t count = 0;
  for (int fd = 0; fd < n; fd++) {
    int wanted = select_wanted(fd, r, w, e);
    if (wanted) {
      entries[count++] = (struct entry){.fd = fd, .wanted = wanted};
    }
  }
  return count;
}

/* do_select() asks nobody before it has found every descriptor open. Returns as derive_all(), or
   -EBADF. */
static int derive_open(struct entry *entries, size_t n) {
  size_t found = 0;
  while (found < n && (entries[found].node = node_of_fd(entries[found].fd))) {
    found++;
  }
  int count = found < n ? -EBADF : 0;
  for (size_t i = 0; i < found; i++) {
    struct entry *e = &entries[i];
    if (found == n) {
      e->ready = e->node->ops->poll(e->node) & e->wanted;
      count += e->ready != 0;
    }
    node_put(e->node);
    e->node = NULL;
  }
  return count;
}

/* Leaves in set the bits of the entries that are ready for it; returns how many. */
static int set_result(fd_set *set, const struct entry *entries, size_t n, int mask) {
  if (!set) {
    return 0;
  }
  fd_set result;
  FD_ZERO(&result);
  int count = 0;
  for (size_t i = 0; i < n; i++) {
    if ((entries[i].ready & mask) && FD_ISSET(entries[i].fd, set)) {
      FD_SET(entries[i].fd, &result);
      count++;
    }
  }
  *set = result;
  return count;
}

static int select_entries(struct entry *entries, size_t n, fd_set *r, fd_set *w, fd_set *e,
                          deadline_t deadline) {
  int count = derive_open(entries, n);
  if (!count) {
    count = deadline ? wait_for_any(entries, n, deadline) : waiter_interrupted();
  } else if (deadline != 0) {
    waiter_pass();
  }
  if (count < 0) {
    return count;
  }
  return set_result(r, entries, n, SELECT_IN) + set_result(w, entries, n, SELECT_OUT) +
         set_result(e, entries, n, SELECT_EX);
}

int select_fds(int n, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, deadline_t deadline) {
  if (n < 0) {
    return -EINVAL;
  }
  if (n > FD_SETSIZE) {
    n = FD_SETSIZE;
  }
  struct entry small[SMALL];
  struct entry *entries = n <= SMALL ? small : kmem_alloc((size_t)n * sizeof *entries);
  if (!entries) {
    return -ENOMEM;
  }
  size_t count = collect(entries, n, readfds, writefds, exceptfds);
  int r = select_entries(entries, count, readfds, writefds, exceptfds, deadline);
  if (entries != small) {
    kmem_free(entries, (size_t)n * sizeof *entries);
  }
  return r;
}
