/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The local addresses that stream sockets of this program have bound. A host may bind every socket
 * with SO_REUSEADDR (libuv does), and then lets two share an address until one listens; here a
 * program that has not asked for it gets EADDRINUSE from bind(), as on Linux.
 */
#define _GNU_SOURCE
#include <sys/socket.h>

#include "socket.h"

static struct {
  struct lock lock;
  struct socket *first;
} bound;

static bool shares(const struct socket *a, const struct socket *b, int option) {
  return socket_int_option(a, SOL_SOCKET, option) && socket_int_option(b, SOL_SOCKET, option);
}

/* ipv6_rcv_saddr_equal(), less the addresses of one family mapped into the other. */
static bool overlaps(const union sock_address *a, const union sock_address *b) {
  if (sock_address_port(a) != sock_address_port(b)) {
    return false;
  }
  if (a->any.sa_family != b->any.sa_family) {
    return false;
  }
  return sock_address_is_any(a) || sock_address_is_any(b) || sock_address_equal(a, b);
}

/* inet_csk_bind_conflict(). The other may be binding, connecting or listening meanwhile. */
static bool conflicts(const struct socket *s, const union sock_address *a, struct socket *other) {
  lock_acquire(&other->lock);
  bool conflict = overlaps(a, &other->local) && !shares(s, other, SO_REUSEPORT) &&
                  (other->state == SOCKET_LISTENING || !shares(s, other, SO_REUSEADDR));
  lock_release(&other->lock);
  return conflict;
}

bool socket_port_is_taken(const struct socket *s, const union sock_address *a) {
  bool taken = false;
  lock_acquire(&bound.lock);
  for (struct socket *other = bound.first; other && !taken; other = other->next_bound) {
    taken = conflicts(s, a, other);
  }
  lock_release(&bound.lock);
  return taken;
}

void socket_port_add(struct socket *s) {
  lock_acquire(&bound.lock);
  s->next_bound = bound.first;
  bound.first = s;
  lock_release(&bound.lock);
}

void socket_port_remove(struct socket *s) {
  lock_acquire(&bound.lock);
  struct socket **link = &bound.first;
  while (*link && *link != s) {
    link = &(*link)->next_bound;
  }
  if (*link) {
    *link = s->next_bound;
  }
  lock_release(&bound.lock);
}
