/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The backend of sockets that is the program itself: TCP and UDP between its own sockets, on
 * 127.0.0.0/8 and ::1, without a host. It decides who has which port (inet_csk_bind_conflict(),
 * udp_lib_lport_inuse()) and who is meant by an address (__inet_lookup_listener(),
 * __udp4_lib_lookup()), and carries bytes from the one socket to the other: socket_link.c.
 */
#define _GNU_SOURCE
#include "socket_loopback.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "kmem.h"
#include "socket_link.h"

/* net.ipv4.ip_local_port_range */
#define FIRST_PORT 32768
#define LAST_PORT 60999

#define BUCKETS 256

/* What the backend knows of a socket: socket.backend_data. Under the lock. */
struct port {
  struct socket *socket;
  struct in6_addr address; /* of IPv4: mapped */
  int number;
  bool listed;    /* in a bucket */
  bool listening; /* a stream that takes connections */
  struct port *next;
  struct link *link; /* of a connected stream: a reference */
  int side;
  /* Connected datagram: whom it hears. */
  bool has_peer;
  struct in6_addr peer_address;
  int peer_number;
  /* A stream that waits for a place in the backlog, and those who wait for one in this one's. */
  struct port *waits_for, *first_waiting, *next_waiting;
};

/* Before a socket's lock. */
static struct {
  struct lock lock;
  struct port *streams[BUCKETS], *datagrams[BUCKETS];
  int next_number;
  unsigned turn; /* among those who share a port */
} net;

/* ---- Addresses --------------------------------------------------------------------------------- */

static struct in6_addr address_of(const union sock_address *a) {
  if (a->any.sa_family == AF_INET6) {
    return a->in6.sin6_addr;
  }
  union sock_address mapped = *a;
  sock_address_map(&mapped);
  return mapped.in6.sin6_addr;
}

/* As a socket of the domain sees it. */
static union sock_address address_for(int domain, const struct in6_addr *address, int number) {
  union sock_address a;
  sock_address_any(&a, domain);
  if (domain == AF_INET6) {
    a.in6.sin6_addr = *address;
  } else {
    memcpy(&a.in.sin_addr, &address->s6_addr[12], sizeof a.in.sin_addr);
  }
  sock_address_set_port(&a, number);
  return a;
}

static bool is_v4(const struct in6_addr *a) {
  return IN6_IS_ADDR_V4MAPPED(a);
}

static bool is_any(const struct in6_addr *a) {
  static const unsigned char none[4];
  return IN6_IS_ADDR_UNSPECIFIED(a) || (is_v4(a) && !memcmp(&a->s6_addr[12], none, 4));
}

static bool is_loopback(const struct in6_addr *a) {
  return IN6_IS_ADDR_LOOPBACK(a) || (is_v4(a) && a->s6_addr[12] == 127);
}

static bool same_address(const struct in6_addr *a, const struct in6_addr *b) {
  return !memcmp(a, b, sizeof *a);
}

/* 127.0.0.1 or ::1: where what goes to an address comes from. */
static struct in6_addr source_for(const struct in6_addr *to) {
  union sock_address a;
  sock_address_any(&a, is_v4(to) ? AF_INET : AF_INET6);
  sock_address_any_to_loopback(&a);
  return address_of(&a);
}

static bool is_only6(const struct socket *s) {
  return s->domain == AF_INET6 && socket_int_option(s, IPPROTO_IPV6, IPV6_V6ONLY);
}

/* A wildcard of IPv6 takes IPv4 as well unless it was told not to. */
static bool takes_v4(const struct port *p) {
  return is_v4(&p->address) || (IN6_IS_ADDR_UNSPECIFIED(&p->address) && !is_only6(p->socket));
}

static bool takes_v6(const struct port *p) {
  return !is_v4(&p->address);
}

/* ipv6_rcv_saddr_equal() */
static bool overlap(const struct port *a, const struct port *b) {
  if (!(takes_v4(a) && takes_v4(b)) && !(takes_v6(a) && takes_v6(b))) {
    return false;
  }
  return is_any(&a->address) || is_any(&b->address) || same_address(&a->address, &b->address);
}

/* ---- Ports ------------------------------------------------------------------------------------- */

static union sock_address peer_of(struct socket *s) {
  lock_acquire(&s->lock);
  union sock_address peer = s->peer;
  lock_release(&s->lock);
  return peer;
}

static struct port *port_of(const struct socket *s) {
  return s->backend_data;
}

static struct port **bucket_of(const struct socket *s, int number) {
  return &(socket_is_stream(s) ? net.streams : net.datagrams)[(unsigned)number % BUCKETS];
}

static void list_port(struct port *p) {
  struct port **bucket = bucket_of(p->socket, p->number);
  p->next = *bucket;
  *bucket = p;
  p->listed = true;
}

static void unlist_port(struct port *p) {
  if (!p->listed) {
    return;
  }
  struct port **link = bucket_of(p->socket, p->number);
  while (*link != p) {
    link = &(*link)->next;
  }
  *link = p->next;
  p->listed = false;
}

static struct port *new_port(struct socket *s, const union sock_address *local) {
  struct port *p = kmem_zalloc(sizeof *p);
  if (p) {
    p->socket = s;
    p->address = address_of(local);
    p->number = sock_address_port(local);
  }
  return p;
}

static bool shares(const struct socket *a, const struct socket *b, int option) {
  return socket_int_option(a, SOL_SOCKET, option) && socket_int_option(b, SOL_SOCKET, option);
}

static bool conflicts(const struct port *p, const struct port *other) {
  const struct socket *a = p->socket, *b = other->socket;
  if (other == p || other->number != p->number || !overlap(p, other) ||
      shares(a, b, SO_REUSEPORT)) {
    return false;
  }
  return other->listening || !shares(a, b, SO_REUSEADDR);
}

static bool is_taken(const struct port *p) {
  struct port *other = *bucket_of(p->socket, p->number);
  while (other && !conflicts(p, other)) {
    other = other->next;
  }
  return other;
}

/* A port of the system's choice is nobody else's, whatever he shares. */
static bool is_used(const struct port *p) {
  struct port *other = *bucket_of(p->socket, p->number);
  while (other && (other->number != p->number || !overlap(p, other))) {
    other = other->next;
  }
  return other;
}

static int choose_number(struct port *p) {
  for (int tries = FIRST_PORT; tries <= LAST_PORT; tries++) {
    p->number = FIRST_PORT + net.next_number;
    net.next_number = (net.next_number + 7) % (LAST_PORT - FIRST_PORT + 1);
    if (!is_used(p)) {
      return 0;
    }
  }
  p->number = 0;
  return -EADDRINUSE;
}

static int take_number(struct port *p) {
  int err = p->number ? is_taken(p) ? -EADDRINUSE : 0 : choose_number(p);
  if (!err) {
    list_port(p);
  }
  return err;
}

static union sock_address local_of(const struct port *p) {
  return address_for(p->socket->domain, &p->address, p->number);
}

/* Makes p the port of its socket, which is none's if another thread was faster. */
static int install_port(struct port *p, union sock_address *local) {
  struct socket *s = p->socket;
  lock_acquire(&net.lock);
  int err = port_of(s) ? -EINVAL : take_number(p);
  if (!err) {
    s->backend_data = p;
    *local = local_of(p);
  }
  lock_release(&net.lock);
  return err;
}

static int loopback_bind(struct socket *s, const union sock_address *a) {
  struct in6_addr address = address_of(a);
  union sock_address local;
  if (!is_any(&address) && !is_loopback(&address)) {
    return -EADDRNOTAVAIL;
  }
  struct port *p = new_port(s, a);
  if (!p) {
    return -ENOBUFS;
  }
  int err = install_port(p, &local);
  if (err) {
    kmem_free(p, sizeof *p);
    return err;
  }
  socket_set_local(s, &local);
  return 0;
}

static bool has_port(struct socket *s) {
  lock_acquire(&net.lock);
  bool has = port_of(s);
  lock_release(&net.lock);
  return has;
}

/* The port of a socket that is bound; one whose connection was dissolved has lost it. */
static int ensure_port(struct socket *s) {
  if (has_port(s)) {
    return 0;
  }
  lock_acquire(&s->lock);
  union sock_address local = s->local;
  lock_release(&s->lock);
  return loopback_bind(s, &local);
}

/* ---- Who is meant ------------------------------------------------------------------------------ */

/* How well p fits an address, or -1. */
static int score_of(const struct port *p, const struct in6_addr *to, int number) {
  if (p->number != number || !(is_v4(to) ? takes_v4(p) : takes_v6(p))) {
    return -1;
  }
  bool exact = same_address(&p->address, to);
  if (!exact && !is_any(&p->address)) {
    return -1;
  }
  return (exact ? 4 : 0) + (p->socket->domain == AF_INET);
}

/* Those who share a port take turns. */
static struct port *find_listener(const struct socket *s, const struct in6_addr *to, int number) {
  struct port *best = NULL;
  int best_score = -1;
  unsigned same = 0;
  for (struct port *p = *bucket_of(s, number); p; p = p->next) {
    int score = p->listening ? score_of(p, to, number) : -1;
    if (score > best_score) {
      best = p;
      best_score = score;
      same = 1;
    } else if (score >= 0 && score == best_score && net.turn % ++same == 0) {
      best = p;
    }
  }
  net.turn++;
  return best;
}

static bool hears(const struct port *p, const struct port *from, const struct in6_addr *source) {
  return !p->has_peer || (p->peer_number == from->number && same_address(&p->peer_address, source));
}

/* The one who was bound last, or each in turn if they share the port. */
static struct port *find_datagram_socket(const struct port *from, const struct in6_addr *source,
                                         const struct in6_addr *to, int number) {
  struct port *best = NULL;
  int best_score = -1;
  unsigned same = 0;
  for (struct port *p = *bucket_of(from->socket, number); p; p = p->next) {
    int score = hears(p, from, source) ? score_of(p, to, number) : -1;
    if (score >= 0 && p->has_peer) {
      score += 8;
    }
    if (score > best_score) {
      best = p;
      best_score = score;
      same = 1;
    } else if (score >= 0 && score == best_score &&
               socket_int_option(p->socket, SOL_SOCKET, SO_REUSEPORT) &&
               (unsigned)from->number % ++same == 0) {
      best = p;
    }
  }
  return best;
}

/* ---- Connections ------------------------------------------------------------------------------- */

/* A new connection, which is announced without the lock. The sockets are references. */
struct joined {
  struct socket *client, *listener;
  struct socket *server; /* NULL: there was no memory for it */
};

static void drop_server(struct socket *server, struct port *p) {
  kmem_free(p, sizeof *p);
  server->carried = server->unaccepted = false;
  node_put(&server->node);
}

/* Makes the other end of a connection of c's. false: the listener's queue is full, or it is closed.
   Under the lock. */
static bool join(struct port *c, struct port *listener, const struct in6_addr *to,
                 struct joined *j) {
  struct socket *client = c->socket, *server = socket_incoming(listener->socket);
  if (!server) {
    return false;
  }
  *j = (struct joined){client, listener->socket, server};
  node_get(&client->node);
  node_get(&listener->socket->node);
  int domain = listener->socket->domain;
  union sock_address local = address_for(domain, to, listener->number);
  union sock_address peer = address_for(domain, &c->address, c->number);
  struct port *p = new_port(server, &local);
  struct link *link = p ? link_new(client, server) : NULL;
  if (!link) {
    drop_server(server, p);
    j->server = NULL;
    return true;
  }
  list_port(p);
  c->link = p->link = link;
  c->side = 0;
  p->side = 1;
  server->backend_data = p;
  socket_set_local(server, &local);
  socket_set_peer(server, &peer);
  return true;
}

static void announce(const struct joined *j) {
  if (j->server) {
    socket_connected(j->client);
    socket_queue(j->listener, j->server);
  } else {
    socket_failed(j->client, ENOBUFS);
  }
  node_put(&j->client->node);
  node_put(&j->listener->node);
}

static void wait_for(struct port *c, struct port *listener) {
  struct port **last = &listener->first_waiting;
  while (*last) {
    last = &(*last)->next_waiting;
  }
  *last = c;
  c->next_waiting = NULL;
  c->waits_for = listener;
}

static void stop_waiting(struct port *c) {
  if (!c->waits_for) {
    return;
  }
  struct port **link = &c->waits_for->first_waiting;
  while (*link != c) {
    link = &(*link)->next_waiting;
  }
  *link = c->next_waiting;
  c->waits_for = NULL;
}

/* Whether a connection of c's may be begun: another thread may have done so, or taken it back. */
static bool is_free(const struct port *c) {
  return c && !c->link && !c->waits_for && !c->listening;
}

static void connect_stream(struct socket *s, const struct in6_addr *to, int number) {
  struct joined j;
  bool connected = false, refused = false;
  lock_acquire(&net.lock);
  struct port *c = port_of(s);
  if (is_free(c)) {
    struct port *listener = find_listener(s, to, number);
    refused = !listener;
    connected = listener && !listener->first_waiting && join(c, listener, to, &j);
    if (listener && !connected) { /* the kernel drops the SYN, and the client sends another */
      wait_for(c, listener);
    }
  }
  lock_release(&net.lock);
  if (connected) {
    announce(&j);
  } else if (refused) {
    socket_failed(s, ECONNREFUSED);
  }
}

/* The one who waits longest for s, if there is room for it. */
static bool admit_one(struct socket *s, struct joined *j) {
  lock_acquire(&net.lock);
  struct port *listener = port_of(s), *c = listener ? listener->first_waiting : NULL;
  bool admitted = false;
  if (c) {
    union sock_address peer = peer_of(c->socket);
    struct in6_addr to = address_of(&peer);
    admitted = join(c, listener, &to, j);
    if (admitted) {
      stop_waiting(c);
    }
  }
  lock_release(&net.lock);
  return admitted;
}

static void admit(struct socket *listener) {
  struct joined j;
  while (admit_one(listener, &j)) {
    announce(&j);
  }
}

/* Binds to where a packet to an address would come from, if s is not bound. */
static int bind_for(struct socket *s, const struct in6_addr *to) {
  int err = ensure_port(s);
  if (err) {
    return err;
  }
  union sock_address local;
  lock_acquire(&net.lock);
  struct port *p = port_of(s);
  if (!p) {
    err = -EINVAL;
  } else if (is_any(&p->address)) {
    p->address = source_for(to);
  } else if (is_v4(&p->address) != is_v4(to)) {
    err = -ENETUNREACH;
  }
  if (!err) {
    local = local_of(p);
  }
  lock_release(&net.lock);
  if (!err) {
    socket_set_local(s, &local);
  }
  return err;
}

/* Who may be reached from s. */
static int check_destination(const struct socket *s, const struct in6_addr *to) {
  bool loopback = is_loopback(to) || is_any(to);
  return loopback && !(is_v4(to) && is_only6(s)) ? 0 : -ENETUNREACH;
}

static int connect_datagram(struct socket *s, const struct in6_addr *to, int number) {
  int err = bind_for(s, to);
  if (err) {
    return err;
  }
  lock_acquire(&net.lock);
  struct port *p = port_of(s);
  if (p) {
    p->has_peer = true;
    p->peer_address = *to;
    p->peer_number = number;
  }
  lock_release(&net.lock);
  return 0;
}

/* No datagram comes from port 0. */
void socket_loopback_hear_nobody(struct socket *s) {
  lock_acquire(&net.lock);
  struct port *p = port_of(s);
  if (p) {
    p->has_peer = true;
    p->peer_number = 0;
  }
  lock_release(&net.lock);
}

bool socket_loopback_has(struct socket *s, const union sock_address *to) {
  struct in6_addr address = address_of(to);
  int number = sock_address_port(to);
  bool found = false;
  lock_acquire(&net.lock);
  for (struct port *p = *bucket_of(s, number); p && !found; p = p->next) {
    found = (p->listening || !socket_is_stream(s)) && score_of(p, &address, number) >= 0;
  }
  lock_release(&net.lock);
  return found;
}

static int loopback_connect(struct socket *s, const union sock_address *a) {
  struct in6_addr to = address_of(a);
  int number = sock_address_port(a), err = check_destination(s, &to);
  if (err) {
    return err;
  }
  if (!socket_is_stream(s)) {
    return connect_datagram(s, &to, number);
  }
  err = bind_for(s, &to);
  if (!err) {
    connect_stream(s, &to, number);
  }
  return err;
}

static void loopback_disconnect(struct socket *s) {
  lock_acquire(&net.lock);
  struct port *p = port_of(s);
  bool stays = s->bound_port;
  if (p) {
    p->has_peer = false;
    if (!s->bound_address) {
      union sock_address any;
      sock_address_any(&any, s->domain);
      p->address = address_of(&any);
    }
    if (!stays) {
      unlist_port(p);
      s->backend_data = NULL;
    }
  }
  lock_release(&net.lock);
  if (!stays) {
    kmem_free(p, sizeof *p);
  }
}

static int loopback_listen(struct socket *s, int backlog) {
  (void)backlog;
  int err = ensure_port(s);
  if (err) {
    return err;
  }
  lock_acquire(&net.lock);
  struct port *p = port_of(s);
  err = is_free(p) ? 0 : -EINVAL;
  for (struct port *other = err ? NULL : *bucket_of(s, p->number); other; other = other->next) {
    if (other->listening && conflicts(p, other)) {
      err = -EADDRINUSE;
    }
  }
  if (!err) {
    p->listening = true;
  }
  lock_release(&net.lock);
  return err;
}

/* ---- Bytes and datagrams --------------------------------------------------------------------- */

/* The link of s with a reference, or NULL. */
static struct link *get_link(struct socket *s, int *side) {
  lock_acquire(&net.lock);
  struct port *p = port_of(s);
  struct link *link = p ? p->link : NULL;
  if (link) {
    *side = p->side;
    link_get(link);
  }
  lock_release(&net.lock);
  return link;
}

static void loopback_flush(struct socket *s) {
  int side;
  struct link *link = get_link(s, &side);
  if (link) {
    link_move(link, side);
    link_put(link);
  }
}

static void loopback_resume(struct socket *s) {
  int side;
  struct link *link = get_link(s, &side);
  if (link) {
    link_move(link, !side);
    link_put(link);
  } else {
    admit(s);
  }
}

/* The receiver with a reference, or NULL; and where it comes from. */
static struct socket *find_receiver(struct socket *s, const struct in6_addr *to, int number,
                                    union sock_address *source) {
  struct socket *receiver = NULL;
  lock_acquire(&net.lock);
  struct port *p = port_of(s);
  if (!p) {
    lock_release(&net.lock);
    return NULL;
  }
  struct in6_addr from = is_any(&p->address) ? source_for(to) : p->address;
  struct port *found = find_datagram_socket(p, &from, to, number);
  if (found) {
    receiver = found->socket;
    node_get(&receiver->node);
    *source = address_for(receiver->domain, &from, p->number);
  }
  lock_release(&net.lock);
  return receiver;
}

static int loopback_send(struct socket *s, const union sock_address *to, const void *data,
                         size_t len) {
  union sock_address a = to ? *to : peer_of(s), source;
  struct in6_addr address = address_of(&a);
  int err = check_destination(s, &address);
  if (!err) {
    err = ensure_port(s);
  }
  if (err) {
    return err;
  }
  struct socket *receiver = find_receiver(s, &address, sock_address_port(&a), &source);
  if (receiver) {
    struct datagram *d;
    char *p = socket_datagram_reserve(receiver, len, &source, &d);
    if (p) {
      memcpy(p, data, len);
      socket_datagram_commit(receiver, d);
    }
    node_put(&receiver->node);
  } else if (s->state == SOCKET_ESTABLISHED) { /* __udp4_lib_err(): the others do not hear of it */
    socket_report_error(s, ECONNREFUSED);
  }
  socket_sent(s, len);
  return 0;
}

/* ---- Closing --------------------------------------------------------------------------------- */

static void refuse_waiting(struct port *listener) {
  while (listener->first_waiting) {
    struct port *c = listener->first_waiting;
    stop_waiting(c);
    socket_failed(c->socket, ECONNREFUSED);
  }
}

static void loopback_close(struct socket *s, bool reset) {
  lock_acquire(&net.lock);
  struct port *p = port_of(s);
  s->backend_data = NULL;
  if (p) {
    unlist_port(p);
    stop_waiting(p);
    refuse_waiting(p);
  }
  lock_release(&net.lock);
  if (p && p->link) {
    link_close(p->link, p->side, reset);
    link_put(p->link);
  }
  kmem_free(p, sizeof *p);
}

static int loopback_set_option(struct socket *s, int level, int name, const void *value,
                               size_t len) {
  (void)s;
  (void)value;
  (void)len;
  bool multicast =
    (level == IPPROTO_IP && name >= IP_MULTICAST_IF && name != IP_MULTICAST_TTL &&
     name != IP_MULTICAST_LOOP) ||
    (level == IPPROTO_IPV6 &&
     (name == IPV6_MULTICAST_IF || name == IPV6_ADD_MEMBERSHIP || name == IPV6_DROP_MEMBERSHIP));
  return multicast ? -ENODEV : 0;
}

static const struct socket_ops loopback_ops = {
  .name = "loopback",
  .bind = loopback_bind,
  .listen = loopback_listen,
  .connect = loopback_connect,
  .disconnect = loopback_disconnect,
  .flush = loopback_flush,
  .send = loopback_send,
  .resume = loopback_resume,
  .set_option = loopback_set_option,
  .close = loopback_close,
};

const struct socket_ops *socket_loopback_ops(void) {
  return &loopback_ops;
}
