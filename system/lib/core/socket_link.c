/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A connection between two stream sockets of the program.
 */
#define _GNU_SOURCE
#include "socket_link.h"

#include <errno.h>
#include <string.h>

#include "kmem.h"

/* What one side sends. */
struct direction {
  struct socket_output pending; /* taken from the sender, and not all of it delivered */
  size_t delivered;             /* of it */
  bool end_wanted, end_sent;    /* the FIN */
};

struct link {
  struct lock lock;
  struct socket *ends[2]; /* references */
  struct direction directions[2];
  bool closed[2];
  bool is_reset;
#if EMWAKE_THREADS
  _Atomic int refs;
#else
  int refs;
#endif
};

struct link *link_new(struct socket *first, struct socket *second) {
  struct link *link = kmem_zalloc(sizeof *link);
  if (link) {
    link->refs = 2;
    link->ends[0] = first;
    link->ends[1] = second;
    node_get(&first->node);
    node_get(&second->node);
  }
  return link;
}

struct link *link_get(struct link *link) {
  link->refs++;
  return link;
}

void link_put(struct link *link) {
  if (--link->refs) {
    return;
  }
  for (int side = 0; side < 2; side++) {
    socket_output_free(&link->directions[side].pending);
    node_put(&link->ends[side]->node);
  }
  kmem_free(link, sizeof *link);
}

/* ---- Moving ---------------------------------------------------------------------------------- */

/* Something to deliver, if there is anything. */
static bool fill(struct link *link, int side) {
  struct direction *d = &link->directions[side];
  if (d->pending.len) {
    return true;
  }
  socket_output_free(&d->pending);
  socket_take_output(link->ends[side], &d->pending);
  d->delivered = 0;
  d->end_wanted = d->end_wanted || d->pending.end;
  return d->pending.len;
}

/* Delivers as much as the receiver takes. Returns false if it takes no more. */
static bool deliver(struct link *link, int side) {
  struct direction *d = &link->directions[side];
  struct socket *to = link->ends[!side];
  size_t left = d->pending.len, room = socket_receive_room(to);
  size_t n = left < room ? left : room;
  char *p = n ? socket_receive_reserve(to, n) : NULL;
  if (!p) {
    return false;
  }
  memcpy(p, d->pending.bytes + d->delivered, n);
  socket_receive_commit(to, n);
  d->delivered += n;
  d->pending.len -= n;
  socket_sent(link->ends[side], n);
  return true;
}

/* The FIN, once all before it has arrived. */
static void deliver_end(struct link *link, int side) {
  struct direction *d = &link->directions[side];
  if (!d->end_wanted || d->end_sent || d->pending.len) {
    return;
  }
  d->end_sent = true;
  if (!link->closed[!side]) {
    socket_receive_end(link->ends[!side]);
  }
  if (link->directions[!side].end_sent) {
    socket_finished(link->ends[0]);
    socket_finished(link->ends[1]);
  }
}

/* tcp_reset(): who has received the end of the stream learns it as EPIPE. */
static void reset(struct link *link, int side) {
  link->is_reset = true;
  socket_failed(link->ends[side], link->directions[!side].end_sent ? EPIPE : ECONNRESET);
}

/* tcp_rcv_state_process(): data for who has shut down both halves ends the connection for it too. */
static void refuse(struct link *link, int side) {
  reset(link, side);
  socket_failed(link->ends[!side], ECONNRESET);
}

static void move(struct link *link, int side) {
  while (!link->is_reset && fill(link, side)) {
    if (link->closed[!side]) {
      reset(link, side);
    } else if (socket_takes_no_data(link->ends[!side])) {
      refuse(link, side);
    } else if (!deliver(link, side)) {
      return;
    }
  }
  if (!link->is_reset) {
    deliver_end(link, side);
  }
}

void link_move(struct link *link, int side) {
  lock_acquire(&link->lock);
  move(link, side);
  lock_release(&link->lock);
}

void link_close(struct link *link, int side, bool is_reset) {
  lock_acquire(&link->lock);
  link->closed[side] = true;
  if (is_reset && !link->is_reset) {
    reset(link, !side);
  }
  link->directions[side].end_wanted = true;
  move(link, side);
  lock_release(&link->lock);
}
