/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Which of two backends is meant by an address.
 */
#define _GNU_SOURCE
#include "socket_route.h"

#include <errno.h>
#include <netinet/in.h>

#include "socket_loopback.h"

static const struct socket_ops *beyond;
static bool leaves; /* loopback_leaves */

static const struct socket_ops *inside(void) {
  return socket_loopback_ops();
}

/* Whether the one outside knows of s. */
static bool is_outside(struct socket *s) {
  lock_acquire(&s->lock);
  bool outside = s->outside;
  lock_release(&s->lock);
  return outside;
}

static void set_outside(struct socket *s, bool outside) {
  lock_acquire(&s->lock);
  s->outside = outside;
  lock_release(&s->lock);
}

/* What carries the stream s. */
static const struct socket_ops *carrier_of(struct socket *s) {
  return is_outside(s) ? beyond : inside();
}

static bool is_loopback(const union sock_address *a) {
  if (sock_address_is_any(a)) {
    return true;
  }
  if (a->any.sa_family == AF_INET) {
    return ntohl(a->in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
  }
  const struct in6_addr *address = &a->in6.sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(address) ||
         (IN6_IS_ADDR_V4MAPPED(address) && address->s6_addr[12] == IN_LOOPBACKNET);
}

static bool stays(struct socket *s, const union sock_address *a) {
  return is_loopback(a) && (!leaves || socket_loopback_has(s, a));
}

static int route_bind(struct socket *s, const union sock_address *a) {
  return inside()->bind(s, a);
}

/* Connections come from both. */
static int route_listen(struct socket *s, int backlog) {
  int err = inside()->listen(s, backlog);
  if (err || !beyond->listen) {
    return err;
  }
  set_outside(s, true);
  return beyond->listen(s, backlog);
}

/* A port to go out from. One of the loopback's address leads nowhere else (ip_route_output_key_hash). */
static int bind_for_outside(struct socket *s, const union sock_address *to) {
  lock_acquire(&s->lock);
  union sock_address local = s->local;
  lock_release(&s->lock);
  if (!sock_address_port(&local)) {
    return inside()->bind(s, &local);
  }
  return sock_address_is_any(&local) || is_loopback(to) ? 0 : -EINVAL;
}

static int connect_outside(struct socket *s, const union sock_address *a) {
  int err = bind_for_outside(s, a);
  if (err) {
    return err;
  }
  set_outside(s, true);
  if (!socket_is_stream(s)) {
    socket_loopback_hear_nobody(s);
  }
  return beyond->connect(s, a);
}

static int route_connect(struct socket *s, const union sock_address *a) {
  if (!stays(s, a)) {
    return connect_outside(s, a);
  }
  if (is_outside(s)) { /* a datagram socket that changes its peer */
    beyond->disconnect(s);
  }
  return inside()->connect(s, a);
}

static void route_disconnect(struct socket *s) {
  if (is_outside(s)) {
    beyond->disconnect(s);
  }
  inside()->disconnect(s);
}

static void route_flush(struct socket *s) {
  carrier_of(s)->flush(s);
}

static void route_resume(struct socket *s) {
  carrier_of(s)->resume(s);
  if (s->state == SOCKET_LISTENING && is_outside(s)) {
    inside()->resume(s);
  }
}

static int route_send(struct socket *s, const union sock_address *to, const void *data,
                      size_t len) {
  union sock_address peer;
  if (!to) {
    lock_acquire(&s->lock);
    peer = s->peer;
    lock_release(&s->lock);
  }
  if (stays(s, to ? to : &peer)) {
    return inside()->send(s, to, data, len);
  }
  set_outside(s, true);
  return beyond->send(s, to, data, len);
}

static int route_set_option(struct socket *s, int level, int name, const void *value, size_t len) {
  return inside()->set_option(s, level, name, value, len);
}

static void route_close(struct socket *s, bool reset) {
  if (is_outside(s)) {
    set_outside(s, false);
    beyond->close(s, reset);
  }
  inside()->close(s, reset);
}

static const struct socket_ops route_ops = {
  .name = "route",
  .bind = route_bind,
  .listen = route_listen,
  .connect = route_connect,
  .disconnect = route_disconnect,
  .flush = route_flush,
  .send = route_send,
  .resume = route_resume,
  .set_option = route_set_option,
  .close = route_close,
};

const struct socket_ops *socket_route_ops(const struct socket_ops *outside, bool loopback_leaves) {
  beyond = outside;
  leaves = loopback_leaves;
  return &route_ops;
}
