/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The engine of poll(2) and select(2): derive every descriptor; if none is ready, put one listener
 * into each node's queue, derive again, and sleep.
 *
 * Listeners are made only when the call really has to sleep: a call that finds something ready
 * costs one pass of derivations and nothing else.
 */
#include "poll_fds.h"

#include <errno.h>
#include <stdbool.h>

#include "file.h"
#include "kmem.h"
#include "user_memory.h"

/* Entries that fit on the stack; more are allocated. */
#define SMALL 8
/* Linux: RLIMIT_NOFILE bounds nfds. This is the most that the descriptor table holds. */
#define MAX_FDS 65536

/* One descriptor that is waited for. wanted holds exactly the bits that end the wait. */
struct entry {
  int fd;
  int wanted, ready;
  struct node *node; /* NULL while no listener is registered */
  bool closed;       /* it was not open when the listener was to be registered */
  struct listener listener;
};

/* The readiness of an open descriptor; POLLNVAL if it is not open. node: what it referred to when
   the listener was registered; closed and opened anew is not open, to the one who waits. */
static int derive(int fd, const struct node *node) {
  struct node *n = node_of_fd(fd);
  if (!n) {
    return POLLNVAL;
  }
  int mask = node && n != node ? POLLNVAL : node_poll(n);
  node_put(n);
  return mask;
}

static int derive_all(struct entry *entries, size_t n) {
  int count = 0;
  for (size_t i = 0; i < n; i++) {
    struct entry *e = &entries[i];
    int mask = e->closed ? POLLNVAL : derive(e->fd, e->node);
    e->ready = e->fd < 0 ? 0 : mask & e->wanted;
    count += e->ready != 0;
  }
  return count;
}

static void register_all(struct entry *entries, size_t n, struct waiter *w) {
  for (size_t i = 0; i < n; i++) {
    struct entry *e = &entries[i];
    e->node = node_of_fd(e->fd);
    e->closed = !e->node;
    if (e->node) {
      listener_init_waiter(&e->listener, w, e->wanted);
      wait_queue_add(&e->node->queue, &e->listener);
    }
  }
}

static void unregister_all(struct entry *entries, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (entries[i].node) {
      wait_queue_remove(&entries[i].listener);
      node_put(entries[i].node);
    }
  }
}

/* When the time is going to make one of them ready. */
static deadline_t earliest_change(const struct entry *entries, size_t n) {
  deadline_t earliest = DEADLINE_NONE;
  for (size_t i = 0; i < n; i++) {
    deadline_t d = entries[i].node ? node_deadline(entries[i].node) : DEADLINE_NONE;
    earliest = d < earliest ? d : earliest;
  }
  return earliest;
}

/* Nothing was ready: sleeps until something is. Returns the number of ready entries, 0 when the
   deadline has passed, or -errno. */
static int wait_for_any(struct entry *entries, size_t n, deadline_t deadline) {
  struct waiter w;
  waiter_init(&w);
  register_all(entries, n, &w);
  int count, err = 0;
  while (!(count = derive_all(entries, n)) && !err) {
    err = waiter_wait_until(&w, deadline, earliest_change(entries, n));
  }
  unregister_all(entries, n);
  return count || waiter_timed_out(err) ? count : err;
}

/* ---- poll -------------------------------------------------------------------------------------- */

static int wanted_of(const struct pollfd *p) {
  return (unsigned short)p->events | POLLERR | POLLHUP | POLLNVAL;
}

static int poll_once(struct pollfd *fds, nfds_t n) {
  int count = 0;
  for (nfds_t i = 0; i < n; i++) {
    struct pollfd *p = &fds[i];
    p->revents = p->fd < 0 ? 0 : derive(p->fd, NULL) & wanted_of(p);
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
    entries[i] = (struct entry){.fd = fds[i].fd, .wanted = wanted_of(&fds[i])};
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
  int count = poll_once(fds, n);
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
