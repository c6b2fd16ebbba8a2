/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The ring of a pipe or FIFO: pipe_ring.h.
 */
#include "pipe_ring.h"

#include <errno.h>
#include <string.h>

#include "kmem.h"

#define PAGE 4096u
#define DEFAULT_SLOTS 16u
/* round_pipe_size(): more than 2 GiB is invalid. */
#define MAX_SIZE (1u << 31)

struct pipe_slot {
  unsigned offset, len;
  bool packet; /* O_DIRECT: a read ends with it, and nothing is merged into it */
};

bool pipe_ring_init(struct pipe_ring *r) {
  r->slots = kmem_alloc(DEFAULT_SLOTS * sizeof *r->slots);
  r->nslots = DEFAULT_SLOTS;
  return r->slots;
}

void pipe_ring_free(struct pipe_ring *r) {
  kmem_free(r->slots, r->nslots * sizeof *r->slots);
  kmem_free(r->pages, (size_t)r->nslots * PAGE);
}

static struct pipe_slot *slot_at(struct pipe_ring *r, unsigned position) {
  return &r->slots[position & (r->nslots - 1)];
}

static char *page_at(struct pipe_ring *r, unsigned position) {
  return r->pages + (size_t)(position & (r->nslots - 1)) * PAGE;
}

/* ---- Reading ----------------------------------------------------------------------------------- */

size_t pipe_ring_take(struct pipe_ring *r, struct iov_iter *it) {
  size_t done = 0;
  while (!pipe_ring_is_empty(r) && it->count) {
    struct pipe_slot *s = slot_at(r, r->tail);
    size_t n = iov_iter_copy_to(it, page_at(r, r->tail) + s->offset, s->len);
    bool packet_end = s->packet;
    s->offset += n;
    s->len -= n;
    done += n;
    if (packet_end || !s->len) {
      r->tail++; /* what is left of a packet is discarded, pipe(2) */
    }
    if (packet_end) {
      break;
    }
  }
  return done;
}

/* ---- Writing ----------------------------------------------------------------------------------- */

/* Fills the last page up with the odd bytes of a write, if they fit whole: pipe_write(). */
static size_t merge(struct pipe_ring *r, struct iov_iter *it) {
  size_t odd = it->count % PAGE;
  if (!odd || pipe_ring_is_empty(r)) {
    return 0;
  }
  struct pipe_slot *last = slot_at(r, r->head - 1);
  size_t end = last->offset + last->len;
  if (last->packet || end + odd > PAGE) {
    return 0;
  }
  iov_iter_copy_from(it, page_at(r, r->head - 1) + end, odd);
  last->len += odd;
  return odd;
}

static size_t fill_slots(struct pipe_ring *r, struct iov_iter *it, bool packet) {
  size_t done = 0;
  while (it->count && !pipe_ring_is_full(r)) {
    size_t n = iov_iter_copy_from(it, page_at(r, r->head), PAGE);
    *slot_at(r, r->head) = (struct pipe_slot){.len = n, .packet = packet};
    r->head++;
    done += n;
  }
  return done;
}

static bool have_pages(struct pipe_ring *r) {
  if (!r->pages) {
    r->pages = kmem_alloc((size_t)r->nslots * PAGE);
  }
  return r->pages;
}

ssize_t pipe_ring_put(struct pipe_ring *r, struct iov_iter *it, bool packet) {
  if (!have_pages(r)) {
    return -ENOMEM;
  }
  size_t done = merge(r, it);
  done += fill_slots(r, it, packet);
  return done ? (ssize_t)done : -EAGAIN;
}

/* ---- Size -------------------------------------------------------------------------------------- */

int pipe_ring_unread(struct pipe_ring *r) {
  size_t total = 0;
  for (unsigned i = r->tail; i != r->head; i++) {
    total += slot_at(r, i)->len;
  }
  return (int)total;
}

int pipe_ring_size(const struct pipe_ring *r) {
  return (int)(r->nslots * PAGE);
}

/* Moves the ring into one of nslots slots, which are enough for what it holds. */
static int move(struct pipe_ring *r, unsigned nslots) {
  struct pipe_slot *slots = kmem_alloc(nslots * sizeof *slots);
  char *pages = kmem_alloc((size_t)nslots * PAGE);
  if (!slots || !pages) {
    kmem_free(slots, nslots * sizeof *slots);
    kmem_free(pages, (size_t)nslots * PAGE);
    return -ENOMEM;
  }
  unsigned used = r->head - r->tail;
  for (unsigned i = 0; i < used; i++) {
    slots[i] = *slot_at(r, r->tail + i);
    memcpy(pages + (size_t)i * PAGE, page_at(r, r->tail + i), PAGE);
  }
  pipe_ring_free(r);
  r->slots = slots;
  r->pages = pages;
  r->nslots = nslots;
  r->tail = 0;
  r->head = used;
  return 0;
}

/* pipe_set_size(). */
int pipe_ring_resize(struct pipe_ring *r, unsigned size) {
  if (size > MAX_SIZE) {
    return -EINVAL;
  }
  unsigned nslots = 1;
  while ((unsigned long)nslots * PAGE < size) {
    nslots *= 2;
  }
  int err = r->head - r->tail > nslots ? -EBUSY : move(r, nslots);
  return err ? err : pipe_ring_size(r);
}
