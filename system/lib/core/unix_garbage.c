/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Garbage: a socket whose every descriptor is in flight, in the queue of a socket of the same kind,
 * can never be received, nor can anything else in these queues. They are found as
 * net/unix/garbage.c used to: of the references to each socket in flight, those from queues of
 * other candidates are taken off; a socket with some left is reachable, and so is what is in its
 * queue. The rest is closed.
 *
 * A candidate's references are all in flight. So nobody reads from it; and one that is taken out of
 * a reachable queue meanwhile is counted as reached by that queue.
 */
#include <stddef.h>

#include "unix.h"

/* Lock order: before a socket's. */
static struct {
  struct lock lock;
  struct unix_socket *first;
} flying;

static void link_socket(struct unix_socket *s) {
  s->prev_in_flight = NULL;
  s->next_in_flight = flying.first;
  if (flying.first) {
    flying.first->prev_in_flight = s;
  }
  flying.first = s;
}

static void unlink_socket(struct unix_socket *s) {
  if (s->prev_in_flight) {
    s->prev_in_flight->next_in_flight = s->next_in_flight;
  } else {
    flying.first = s->next_in_flight;
  }
  if (s->next_in_flight) {
    s->next_in_flight->prev_in_flight = s->prev_in_flight;
  }
}

void unix_in_flight(struct file *f) {
  struct unix_socket *s = unix_of_any_file(f);
  if (!s) {
    return;
  }
  lock_acquire(&flying.lock);
  if (!s->in_flight++) {
    link_socket(s);
  }
  lock_release(&flying.lock);
}

void unix_arrived(struct file *f) {
  struct unix_socket *s = unix_of_any_file(f);
  if (!s) {
    return;
  }
  lock_acquire(&flying.lock);
  if (!--s->in_flight) {
    unlink_socket(s);
  }
  lock_release(&flying.lock);
}

/* ---- Collecting ------------------------------------------------------------------------------ */

/* unaccounted: references of a candidate that no candidate's queue holds, or one of these. */
enum { NO_CANDIDATE = -1, REACHED = -2 };

typedef void (*visit_fn)(struct unix_socket *s, void *arg);

static void visit_packets(struct unix_socket *s, visit_fn visit, void *arg) {
  for (struct unix_packet *p = s->first_packet; p; p = p->next) {
    int n = unix_rights_count(p->rights);
    for (int i = 0; i < n; i++) {
      struct file *f = unix_rights_file(p->rights, i);
      struct unix_socket *in_queue = f ? unix_of_any_file(f) : NULL;
      if (in_queue) {
        visit(in_queue, arg);
      }
    }
  }
}

/* Everything in the queue of s, and in those of the connections that wait in it. */
static void visit_queue(struct unix_socket *s, visit_fn visit, void *arg) {
  lock_acquire(&s->lock);
  visit_packets(s, visit, arg);
  struct unix_socket *waiting = s->first_waiting;
  lock_release(&s->lock);
  for (; waiting; waiting = waiting->next_waiting) {
    lock_acquire(&waiting->lock);
    visit_packets(waiting, visit, arg);
    lock_release(&waiting->lock);
  }
}

static void account(struct unix_socket *s, void *unused) {
  (void)unused;
  if (s->unaccounted > 0) {
    s->unaccounted--;
  }
}

/* arg: the list of those whose queues are still to be looked through. */
static void reach(struct unix_socket *s, void *arg) {
  struct unix_socket **list = arg;
  if (s->unaccounted >= 0) {
    s->unaccounted = REACHED;
    s->next_reached = *list;
    *list = s;
  }
}

static void find_candidates(void) {
  for (struct unix_socket *s = flying.first; s; s = s->next_in_flight) {
    s->unaccounted = s->file->refs == s->in_flight ? s->in_flight : NO_CANDIDATE;
  }
  for (struct unix_socket *s = flying.first; s; s = s->next_in_flight) {
    if (s->unaccounted != NO_CANDIDATE) {
      visit_queue(s, account, NULL);
    }
  }
}

static void reach_all(void) {
  struct unix_socket *list = NULL;
  for (struct unix_socket *s = flying.first; s; s = s->next_in_flight) {
    if (s->unaccounted > 0) {
      reach(s, &list);
    }
  }
  while (list) {
    struct unix_socket *s = list;
    list = s->next_reached;
    visit_queue(s, reach, &list);
  }
}

/* Takes the packets of s, in front of the list. */
static void take_packets(struct unix_socket *s, struct unix_packet **list) {
  lock_acquire(&s->lock);
  struct unix_packet *first = s->first_packet, *last = s->last_packet;
  s->first_packet = s->last_packet = NULL;
  for (struct unix_packet *p = first; p; p = p->next) {
    s->queue_len--;
  }
  struct unix_socket *waiting = s->first_waiting;
  lock_release(&s->lock);
  if (first) {
    last->next = *list;
    *list = first;
  }
  for (; waiting; waiting = waiting->next_waiting) {
    take_packets(waiting, list);
  }
}

void unix_collect_garbage(void) {
  struct unix_packet *garbage = NULL;
  lock_acquire(&flying.lock);
  find_candidates();
  reach_all();
  for (struct unix_socket *s = flying.first; s; s = s->next_in_flight) {
    if (s->unaccounted == 0) {
      take_packets(s, &garbage);
    }
  }
  lock_release(&flying.lock);
  unix_packets_free(garbage);
}
