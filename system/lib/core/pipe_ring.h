/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What a pipe or a FIFO keeps its bytes in, with the kernel's own accounting (fs/pipe.c): a ring of
 * page-sized slots. It is what decides when a pipe is full: a write takes a whole slot unless it
 * fits behind the last one, and a slot is free again only when all of it has been read. So a program
 * sees the same EAGAIN, the same POLLOUT and the same partial writes as on Linux.
 *
 * The lock is the owner's: it guards the ring and what the owner keeps beside it.
 */
#ifndef EMWAKE_CORE_PIPE_RING_H
#define EMWAKE_CORE_PIPE_RING_H

#include <stdbool.h>
#include <sys/types.h>

#include "iov_iter.h"
#include "lock.h"

struct pipe_slot;

struct pipe_ring {
  struct lock lock;
  struct pipe_slot *slots; /* nslots of them, a power of two */
  char *pages;             /* the slots' bytes; allocated by the first write */
  unsigned nslots;
  unsigned head, tail; /* free-running: head - tail slots are used */
};

/* Makes a ring that is all zero an empty one of 64 KiB; false: out of memory. */
bool pipe_ring_init(struct pipe_ring *r);

/* Frees what the ring holds. */
void pipe_ring_free(struct pipe_ring *r);

/* With the lock held. */
static inline bool pipe_ring_is_empty(const struct pipe_ring *r) {
  return r->head == r->tail;
}

static inline bool pipe_ring_is_full(const struct pipe_ring *r) {
  return r->head - r->tail >= r->nslots;
}

/* With the lock held. Takes what is there, up to the end of a packet; returns how much. */
size_t pipe_ring_take(struct pipe_ring *r, struct iov_iter *it);

/* With the lock held. Puts in what there is room for; packet: O_DIRECT. Returns how much, -EAGAIN or
   -ENOMEM. */
ssize_t pipe_ring_put(struct pipe_ring *r, struct iov_iter *it, bool packet);

/* With the lock held. FIONREAD. */
int pipe_ring_unread(struct pipe_ring *r);

/* With the lock held. F_GETPIPE_SZ. */
int pipe_ring_size(const struct pipe_ring *r);

/* With the lock held. F_SETPIPE_SZ: the new size, rounded up to a power of two of pages; -EINVAL,
   -EBUSY (it would not hold what is there) or -ENOMEM. */
int pipe_ring_resize(struct pipe_ring *r, unsigned size);

#endif
