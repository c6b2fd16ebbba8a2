/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Wait queues. The protocol is described in wait_queue.h.
 */
#include "wait_queue.h"

#include <poll.h>

#include "waiter.h"

/* poll(2): these are reported whether or not they were asked for. And the deadline is of everybody
   who waits. */
#define ALWAYS_HEARD (POLLERR | POLLHUP | POLLNVAL | DEADLINE_MOVED)

void listener_init(struct listener *l, listener_fn fn, int events) {
  l->next = l->prev = NULL;
  l->queue = NULL;
  l->fn = fn;
  l->take = NULL;
  l->waiter = NULL;
  l->events = events | ALWAYS_HEARD;
}

void listener_init_exclusive(struct listener *l, exclusive_fn take, int events) {
  listener_init(l, NULL, events);
  l->take = take;
}

static void wake_waiter(struct listener *l, int events) {
  (void)events;
  waiter_wake(l->waiter);
}

void listener_init_waiter(struct listener *l, struct waiter *w, int events) {
  listener_init(l, wake_waiter, events);
  l->waiter = w;
}

static bool take_waiter(struct listener *l, int events) {
  (void)events;
  return waiter_wake(l->waiter);
}

void listener_init_exclusive_waiter(struct listener *l, struct waiter *w, int events) {
  listener_init_exclusive(l, take_waiter, events);
  l->waiter = w;
}

/* head is read without the lock by wait_queue_notify, so it is accessed atomically; and in one order
   with states that are an atomic word of their own (eventfd.c), instead of under a lock. */
static struct listener *load_head(const struct wait_queue *q) {
  return __atomic_load_n(&q->head, __ATOMIC_SEQ_CST);
}

static void store_head(struct wait_queue *q, struct listener *l) {
  __atomic_store_n(&q->head, l, __ATOMIC_SEQ_CST);
}

void wait_queue_add(struct wait_queue *q, struct listener *l) {
  lock_acquire(&q->lock);
  l->queue = q;
  l->next = NULL;
  l->prev = q->tail;
  if (q->tail) {
    q->tail->next = l;
  } else {
    store_head(q, l);
  }
  q->tail = l;
  lock_release(&q->lock);
}

void wait_queue_add_first(struct wait_queue *q, struct listener *l) {
  lock_acquire(&q->lock);
  l->queue = q;
  l->prev = NULL;
  l->next = q->head;
  if (q->head) {
    q->head->prev = l;
  } else {
    q->tail = l;
  }
  store_head(q, l);
  lock_release(&q->lock);
}

void wait_queue_remove(struct listener *l) {
  struct wait_queue *q = l->queue;
  if (!q) {
    return;
  }
  lock_acquire(&q->lock);
  if (l->prev) {
    l->prev->next = l->next;
  } else {
    store_head(q, l->next);
  }
  if (l->next) {
    l->next->prev = l->prev;
  } else {
    q->tail = l->prev;
  }
  l->queue = NULL;
  lock_release(&q->lock);
}

bool wait_queue_is_empty(const struct wait_queue *q) {
  return !load_head(q);
}

/* __wake_up_common(). Returns whether l has taken the event. */
static bool run_exclusive(struct listener *l, int events, int untaken) {
  return (l->events & untaken) && l->take(l, events);
}

bool wait_queue_notify(struct wait_queue *q, int events) {
  /* Nobody waits: the common case of a busy program. A consumer that is about to add its listener
     derives afterwards, under the lock of the state that the caller has just released. */
  if (wait_queue_is_empty(q)) {
    return false;
  }
  struct wake_batch wakes;
  bool taken = false;
  int untaken = events;
  wake_batch_begin(&wakes);
  lock_acquire(&q->lock);
  for (struct listener *l = q->head; l; l = l->next) {
    if (!l->take) {
      if (l->events & events) {
        l->fn(l, events);
      }
    } else if (run_exclusive(l, events, untaken)) {
      taken = true;
      untaken &= ~l->events | ALWAYS_HEARD;
    }
  }
  lock_release(&q->lock);
  wake_batch_end(&wakes);
  return taken;
}

void wait_queue_pass_on(struct wait_queue *q, int events) {
  struct wake_batch wakes;
  wake_batch_begin(&wakes);
  lock_acquire(&q->lock);
  struct listener *l = q->head;
  while (l && !(l->take && run_exclusive(l, events, events))) {
    l = l->next;
  }
  lock_release(&q->lock);
  wake_batch_end(&wakes);
}
