/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A heap of deadlines, the earliest first: the timers of an event loop, the watches of an epoll
 * instance whose nodes change by themselves. From any thread; each call is atomic. An entry is part
 * of what it is the deadline of.
 */
#ifndef EMWAKE_CORE_DEADLINE_HEAP_H
#define EMWAKE_CORE_DEADLINE_HEAP_H

#include <stddef.h>

#include "lock.h"
#include "waiter.h"

struct deadline_entry {
  deadline_t deadline;
  size_t index; /* in the heap, from 1; 0: it is in none */
};

/* All zero: an empty one. */
struct deadline_heap {
  struct lock lock;
  struct deadline_entry **entries; /* from 1 */
  size_t count, capacity;
};

/* Makes room for count entries in all, for set and set_earlier to use. One caller at a time. Returns
   0 or -ENOMEM. */
int deadline_heap_reserve(struct deadline_heap *h, size_t count);

/* What is still in it is forgotten. */
void deadline_heap_free(struct deadline_heap *h);

/* Puts e in, or moves it if it is in already. */
void deadline_heap_set(struct deadline_heap *h, struct deadline_entry *e, deadline_t deadline);

/* The same, unless e is in already with an earlier deadline, or there is none to put in. */
void deadline_heap_set_earlier(struct deadline_heap *h, struct deadline_entry *e,
                               deadline_t deadline);

/* Does nothing if e is not in it. */
void deadline_heap_remove(struct deadline_heap *h, struct deadline_entry *e);

/* DEADLINE_NONE if it is empty. */
deadline_t deadline_heap_earliest(struct deadline_heap *h);

/* Takes the earliest out if its deadline, which goes to *deadline, is not after now; else NULL. */
struct deadline_entry *deadline_heap_take(struct deadline_heap *h, deadline_t now,
                                          deadline_t *deadline);

#endif
