/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A binary heap: the parent of entry i is entry i / 2.
 */
#include "deadline_heap.h"

#include <errno.h>

#include "kmem.h"

int deadline_heap_reserve(struct deadline_heap *h, size_t count) {
  size_t old_capacity = h->capacity;
  if (count < old_capacity) {
    return 0;
  }
  size_t capacity = old_capacity ? old_capacity * 2 : 16;
  while (capacity <= count) {
    capacity *= 2;
  }
  struct deadline_entry **entries = kmem_alloc(capacity * sizeof *entries);
  if (!entries) {
    return -ENOMEM;
  }
  lock_acquire(&h->lock);
  struct deadline_entry **old = h->entries;
  for (size_t i = 1; i <= h->count; i++) {
    entries[i] = old[i];
  }
  h->entries = entries;
  h->capacity = capacity;
  lock_release(&h->lock);
  kmem_free(old, old_capacity * sizeof *old);
  return 0;
}

void deadline_heap_free(struct deadline_heap *h) {
  kmem_free(h->entries, h->capacity * sizeof *h->entries);
  h->entries = NULL;
  h->count = h->capacity = 0;
}

/* ---- With the lock held ------------------------------------------------------------------------ */

static void put(struct deadline_heap *h, size_t i, struct deadline_entry *e) {
  h->entries[i] = e;
  e->index = i;
}

static void sift_up(struct deadline_heap *h, size_t i, struct deadline_entry *e) {
  while (i > 1 && h->entries[i / 2]->deadline > e->deadline) {
    put(h, i, h->entries[i / 2]);
    i /= 2;
  }
  put(h, i, e);
}

static void sift_down(struct deadline_heap *h, size_t i, struct deadline_entry *e) {
  for (size_t child; (child = 2 * i) <= h->count; i = child) {
    if (child < h->count && h->entries[child + 1]->deadline < h->entries[child]->deadline) {
      child++;
    }
    if (e->deadline <= h->entries[child]->deadline) {
      break;
    }
    put(h, i, h->entries[child]);
  }
  put(h, i, e);
}

static void take_out(struct deadline_heap *h, struct deadline_entry *e) {
  size_t i = e->index;
  struct deadline_entry *last = h->entries[h->count--];
  e->index = 0;
  if (last == e) {
    return;
  }
  if (i > 1 && h->entries[i / 2]->deadline > last->deadline) {
    sift_up(h, i, last);
  } else {
    sift_down(h, i, last);
  }
}

static void set(struct deadline_heap *h, struct deadline_entry *e, deadline_t deadline) {
  if (e->index) {
    take_out(h, e);
  }
  e->deadline = deadline;
  sift_up(h, ++h->count, e);
}

/* ---- Atomic calls ------------------------------------------------------------------------------ */

void deadline_heap_set(struct deadline_heap *h, struct deadline_entry *e, deadline_t deadline) {
  lock_acquire(&h->lock);
  set(h, e, deadline);
  lock_release(&h->lock);
}

void deadline_heap_set_earlier(struct deadline_heap *h, struct deadline_entry *e,
                               deadline_t deadline) {
  lock_acquire(&h->lock);
  if (deadline < (e->index ? e->deadline : DEADLINE_NONE)) {
    set(h, e, deadline);
  }
  lock_release(&h->lock);
}

void deadline_heap_remove(struct deadline_heap *h, struct deadline_entry *e) {
  lock_acquire(&h->lock);
  if (e->index) {
    take_out(h, e);
  }
  lock_release(&h->lock);
}

deadline_t deadline_heap_earliest(struct deadline_heap *h) {
  lock_acquire(&h->lock);
  deadline_t deadline = h->count ? h->entries[1]->deadline : DEADLINE_NONE;
  lock_release(&h->lock);
  return deadline;
}

struct deadline_entry *deadline_heap_take(struct deadline_heap *h, deadline_t now,
                                          deadline_t *deadline) {
  lock_acquire(&h->lock);
  struct deadline_entry *e = h->count ? h->entries[1] : NULL;
  if (e && e->deadline <= now) {
    *deadline = e->deadline;
    take_out(h, e);
  } else {
    e = NULL;
  }
  lock_release(&h->lock);
  return e;
}
