/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Wait queues: how a consumer learns that a node's readiness changed.
 *
 * A node has a state from which its readiness can be derived at any time, and one wait queue. A
 * producer changes the state first and then calls notify_node_listeners(); a consumer waits so:
 *
 *     struct waiter w;
 *     struct listener l;
 *     waiter_init(&w);
 *     listener_init_waiter(&l, &w, POLLIN);
 *     wait_queue_add(&node->queue, &l);
 *     while (!(node_poll(node) & POLLIN)) {       // derive AFTER the listener is in place
 *       // returns at once if woken meanwhile
 *       int err = waiter_wait_until(&w, deadline, node_deadline(node));
 *       if (err) break;
 *     }
 *     wait_queue_remove(&l);
 *
 * No wake can be lost: a change before the derivation is seen by it, and a change after it finds
 * the listener in the queue. (Both sides take the lock of the node's state in between, which
 * orders "listener added" against "state changed".)
 *
 * An exclusive listener is one of several of which one is enough, as when threads accept from one
 * socket: its function says whether it has woken somebody, and then the exclusive ones behind it
 * that wait for the same events are left alone. Errors, hang-ups and closes reach all of them. In
 * return, whoever has waited so looks again when its listener is out, and if the node is still ready
 * wakes the next one with wait_queue_pass_on(): whatever it was woken for and has not used up, or
 * whatever came while it was leaving.
 *
 * A listener's function runs inside the producer's notify, with the queue's lock held. It may set
 * flags and wake its own waiter; it runs no user code, blocks on nothing, touches no queue's
 * entries, and calls nothing that notifies this queue. Once wait_queue_remove() has returned, the
 * listener's function is not running and will not run.
 *
 * Whoever has a listener in a node's queue holds a reference to the node (node_get), so that the
 * queue outlives the listener.
 */
#ifndef EMWAKE_CORE_WAIT_QUEUE_H
#define EMWAKE_CORE_WAIT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "lock.h"

struct listener;
struct waiter;

/* Among the events of a notification, and apart from poll(2)'s: the node is going to change by
   itself earlier than it was (node_ops.deadline). Whoever sleeps on it has to look again. */
#define DEADLINE_MOVED (1 << 16)

/* events: what changed, as poll(2) bits; a hint, the consumer derives for itself. */
typedef void (*listener_fn)(struct listener *l, int events);

/* Of an exclusive listener: returns whether it has woken somebody who was not woken already. */
typedef bool (*exclusive_fn)(struct listener *l, int events);

struct listener {
  struct listener *next, *prev;
  struct wait_queue *queue; /* NULL when it is in none */
  listener_fn fn;
  exclusive_fn take;     /* instead of fn, if the listener is exclusive; else NULL */
  struct waiter *waiter; /* of listeners that wake one */
  int events;            /* what it wants to hear of; errors, hang-ups and closes always reach it */
};

struct wait_queue {
  struct lock lock;
  struct listener *head, *tail;
};

/* At the end of the queue, or at its front: add_wait_queue() puts those who only look, as epoll does, before
   all others, the latest first. */
void wait_queue_add(struct wait_queue *q, struct listener *l);
void wait_queue_add_first(struct wait_queue *q, struct listener *l);

/* Does nothing if l is in no queue. Only l's owner may add and remove it, one call at a time. */
void wait_queue_remove(struct listener *l);

/* Runs the listeners of q that want to hear of events. The caller has changed the node's state
   under the lock of that state, and has released it. Returns whether an exclusive listener has
   woken somebody. */
bool wait_queue_notify(struct wait_queue *q, int events);

/* Runs one exclusive listener of q that wants to hear of events, if there is one. */
void wait_queue_pass_on(struct wait_queue *q, int events);

/* Whether nobody waits; by the time that the caller knows, somebody may. */
bool wait_queue_is_empty(const struct wait_queue *q);

void listener_init(struct listener *l, listener_fn fn, int events);

void listener_init_exclusive(struct listener *l, exclusive_fn take, int events);

/* A listener that wakes w. */
void listener_init_waiter(struct listener *l, struct waiter *w, int events);
void listener_init_exclusive_waiter(struct listener *l, struct waiter *w, int events);

#endif
