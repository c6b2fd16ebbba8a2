/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * getsockopt and setsockopt. Options with a value of type int that are only kept, or kept and told
 * to the backend, are rows of a table; the rest are functions. What was set reads back as on Linux.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "socket.h"
#include "user_memory.h"

/* net.ipv4.tcp_{r,w}mem */
#define STREAM_RECEIVE_BUFFER 131072
#define STREAM_SEND_BUFFER 16384

/* ---- Int options ----------------------------------------------------------------------------- */

enum {
  STREAM = 1,
  DATAGRAM = 2,
  ANY = STREAM | DATAGRAM,
  ONLY6 = 4,    /* of IPv6 sockets only */
  FLAG = 8,     /* any value but 0 is 1 */
  TO_HOST = 16, /* the backend has to know */
  UNBOUND = 32, /* to be set before bind() */
  STRICT = 64,  /* -1 is not the default */
  UNSET = 128,  /* of streams too, which cannot set it */
};

struct int_option {
  int level, name;
  int initial, min, max;
  int kind;
};

static const struct int_option table[] = {
  {SOL_SOCKET, SO_REUSEADDR, 0, 0, 1, ANY | FLAG},
  {SOL_SOCKET, SO_REUSEPORT, 0, 0, 1, ANY | FLAG},
  {SOL_SOCKET, SO_KEEPALIVE, 0, 0, 1, ANY | FLAG | TO_HOST},
  {SOL_SOCKET, SO_BROADCAST, 0, 0, 1, ANY | FLAG | TO_HOST},
  {SOL_SOCKET, SO_DONTROUTE, 0, 0, 1, ANY | FLAG},
  {SOL_SOCKET, SO_OOBINLINE, 0, 0, 1, ANY | FLAG},
  {SOL_SOCKET, SO_DEBUG, 0, 0, 1, ANY | FLAG},
  {SOL_SOCKET, SO_PRIORITY, 0, 0, 6, ANY},
  {SOL_SOCKET, SO_NO_CHECK, 0, 0, 1, ANY | FLAG},
  {SOL_SOCKET, SO_TIMESTAMP, 0, 0, 1, ANY | FLAG},
  {IPPROTO_TCP, TCP_NODELAY, 0, 0, 1, STREAM | FLAG | TO_HOST},
  {IPPROTO_TCP, TCP_CORK, 0, 0, 1, STREAM | FLAG},
  {IPPROTO_TCP, TCP_QUICKACK, 1, 0, 1, STREAM | FLAG},
  {IPPROTO_TCP, TCP_KEEPIDLE, 7200, 1, 32767, STREAM | TO_HOST},
  {IPPROTO_TCP, TCP_KEEPINTVL, 75, 1, 32767, STREAM | TO_HOST},
  {IPPROTO_TCP, TCP_KEEPCNT, 9, 1, 127, STREAM | TO_HOST},
  {IPPROTO_TCP, TCP_SYNCNT, 6, 1, 127, STREAM},
  {IPPROTO_TCP, TCP_LINGER2, 60, -1, 120, STREAM},
  {IPPROTO_TCP, TCP_DEFER_ACCEPT, 0, 0, 1 << 15, STREAM},
  {IPPROTO_TCP, TCP_USER_TIMEOUT, 0, 0, 0x7fffffff, STREAM},
  {IPPROTO_TCP, TCP_MAXSEG, 536, 88, 32767, STREAM},
  {IPPROTO_IP, IP_TOS, 0, INT_MIN, INT_MAX, ANY | TO_HOST | STRICT},
  {IPPROTO_IP, IP_TTL, 64, 1, 255, ANY | TO_HOST},
  {IPPROTO_IP, IP_MTU_DISCOVER, 1, 0, 5, ANY},
  {IPPROTO_IP, IP_RECVERR, 0, 0, 1, ANY | FLAG},
  {IPPROTO_IP, IP_MULTICAST_TTL, 1, 0, 255, ANY | UNSET | TO_HOST},
  {IPPROTO_IP, IP_MULTICAST_LOOP, 1, 0, 1, ANY | FLAG | TO_HOST},
  {IPPROTO_IPV6, IPV6_V6ONLY, 0, 0, 1, ANY | ONLY6 | FLAG | UNBOUND},
  {IPPROTO_IPV6, IPV6_UNICAST_HOPS, 64, 0, 255, ANY | ONLY6 | TO_HOST},
  {IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 1, 0, 255, ANY | ONLY6 | UNSET | TO_HOST},
  {IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1, 0, 1, ANY | ONLY6 | TO_HOST | STRICT},
  {IPPROTO_IPV6, IPV6_TCLASS, 0, 0, 255, ANY | ONLY6},
};

#define ROWS (int)(sizeof table / sizeof *table)
_Static_assert(sizeof table / sizeof *table <= SOCKET_INT_OPTIONS, "SOCKET_INT_OPTIONS");

static int row_of(const struct socket *s, int level, int name) {
  for (int i = 0; i < ROWS; i++) {
    if (table[i].level == level && table[i].name == name) {
      int kind = table[i].kind;
      bool exists = (kind & (socket_is_stream(s) ? STREAM : DATAGRAM)) &&
                    (!(kind & ONLY6) || s->domain == AF_INET6);
      return exists ? i : -1;
    }
  }
  return -1;
}

int socket_int_option(const struct socket *s, int level, int name) {
  return s->options.ints[row_of(s, level, name)];
}

static int check_int(const struct socket *s, const struct int_option *o, int value) {
  if ((o->kind & UNBOUND) && sock_address_port(&s->local)) {
    return -EINVAL;
  }
  if ((o->kind & UNSET) && socket_is_stream(s)) {
    return o->level == IPPROTO_IPV6 ? -ENOPROTOOPT : -EINVAL;
  }
  return !(o->kind & FLAG) && (value < o->min || value > o->max) ? -EINVAL : 0;
}

/* ip_setsockopt() and ipv6_setsockopt(): -1 is the default. */
static int or_default(const struct int_option *o, int value) {
  bool of_ip = o->level == IPPROTO_IP || o->level == IPPROTO_IPV6;
  return of_ip && value == -1 && !(o->kind & (FLAG | STRICT)) ? o->initial : value;
}

/* __ip_sock_set_tos(): a byte, of which TCP has two bits for itself. */
static int type_of_service(const struct socket *s, int value) {
  return value & (socket_is_stream(s) ? 0xfc : 0xff);
}

static int tell_host(struct socket *s, int level, int name, const void *value, size_t len) {
  return s->ops && s->ops->set_option && s->carried ? s->ops->set_option(s, level, name, value, len)
                                                    : 0;
}

static int set_int(struct socket *s, int row, int value) {
  const struct int_option *o = &table[row];
  value = or_default(o, value);
  int err = check_int(s, o, value);
  if (err) {
    return err;
  }
  if (o->kind & FLAG) {
    value = value != 0;
  }
  if (o->level == IPPROTO_IP && o->name == IP_TOS) {
    value = type_of_service(s, value);
  }
  lock_acquire(&s->lock);
  s->options.ints[row] = value;
  lock_release(&s->lock);
  return o->kind & TO_HOST ? tell_host(s, o->level, o->name, &value, sizeof value) : 0;
}

void socket_options_apply(struct socket *s) {
  for (int i = 0; i < ROWS; i++) {
    int value = s->options.ints[i];
    if ((table[i].kind & TO_HOST) && value != table[i].initial) {
      tell_host(s, table[i].level, table[i].name, &value, sizeof value);
    }
  }
}

void socket_options_init(struct socket *s) {
  for (int i = 0; i < ROWS; i++) {
    s->options.ints[i] = table[i].initial;
  }
  sol_socket_init(&s->options);
  if (socket_is_stream(s)) {
    s->options.receive_buffer = STREAM_RECEIVE_BUFFER;
    s->options.send_buffer = STREAM_SEND_BUFFER;
  }
}

/* ---- Options of other types ------------------------------------------------------------------ */

static int set_socket_level(struct socket *s, int name, const void *value, socklen_t len) {
  if (name == SO_PASSCRED) { /* of AF_UNIX */
    return -EOPNOTSUPP;
  }
  int err = sol_socket_set(&s->options, name, value, len);
  bool to_host = name == SO_RCVBUF || name == SO_SNDBUF;
  return err || !to_host ? err : tell_host(s, SOL_SOCKET, name, value, len);
}

/* Options whose value is a structure that only the backend understands. */
static bool is_for_host(int level, int name) {
  if (level == IPPROTO_IP) {
    return name == IP_MULTICAST_IF || name == IP_ADD_MEMBERSHIP || name == IP_DROP_MEMBERSHIP ||
           name == IP_ADD_SOURCE_MEMBERSHIP || name == IP_DROP_SOURCE_MEMBERSHIP;
  }
  return level == IPPROTO_IPV6 &&
         (name == IPV6_MULTICAST_IF || name == IPV6_ADD_MEMBERSHIP || name == IPV6_DROP_MEMBERSHIP);
}

static int pass_to_host(struct socket *s, int level, int name, const void *value, socklen_t len) {
  int err = socket_autobind(s);
  return err ? err : tell_host(s, level, name, value, len);
}

int inet_set_option(struct file *f, int level, int name, const void *value, socklen_t len) {
  struct socket *s = socket_of_file(f);
  if (level == SOL_SOCKET || !is_for_host(level, name)) {
    /* ip_setsockopt() takes a single byte as well. */
    bool byte = level == IPPROTO_IP && len >= 1 && len < sizeof(int);
    int row = row_of(s, level, name);
    if (!byte && len < sizeof(int)) {
      return row < 0 && level != SOL_SOCKET ? -ENOPROTOOPT : -EINVAL;
    }
    if (!user_range_ok(value, len)) {
      return -EFAULT;
    }
    if (row >= 0) {
      return set_int(s, row, byte ? *(const unsigned char *)value : sol_socket_int(value));
    }
    return level == SOL_SOCKET ? set_socket_level(s, name, value, len) : -ENOPROTOOPT;
  }
  if (socket_is_stream(s)) {
    return -EPROTO;
  }
  return user_range_ok(value, len) ? pass_to_host(s, level, name, value, len) : -EFAULT;
}

/* ---- Reading back ---------------------------------------------------------------------------- */

/* include/net/tcp_states.h; <netinet/tcp.h> of glibc and of musl both have these. */
static int tcp_state(const struct socket *s) {
  enum socket_state state = s->state; /* clang 14 takes no _Atomic in a switch */
  switch (state) {
    case SOCKET_LISTENING:
      return TCP_LISTEN;
    case SOCKET_SYN_SENT:
      return TCP_SYN_SENT;
    case SOCKET_CLOSED:
      return TCP_CLOSE;
    default:
      break;
  }
  if (s->shutdown & SHUTDOWN_SEND) {
    return s->peer_ended                   ? TCP_LAST_ACK
           : s->output_len + s->in_transit ? TCP_FIN_WAIT1
                                           : TCP_FIN_WAIT2;
  }
  return s->peer_ended ? TCP_CLOSE_WAIT : TCP_ESTABLISHED;
}

/* tcp_get_info(), as far as it is known here; the host's measurements are 0. */
static void get_tcp_info(const struct socket *s, struct tcp_info *info) {
  memset(info, 0, sizeof *info);
  info->tcpi_state = (uint8_t)tcp_state(s);
  info->tcpi_snd_mss = info->tcpi_rcv_mss = (uint32_t)socket_int_option(s, IPPROTO_TCP, TCP_MAXSEG);
  if (s->state == SOCKET_LISTENING) {
    info->tcpi_unacked = (uint32_t)s->waiting;
    info->tcpi_sacked = (uint32_t)s->backlog;
  }
}

/* ip_getsockopt() has this for the levels of others; ipv6_getsockopt() has ENOPROTOOPT. */
static int unknown_option(const struct socket *s, int level) {
  bool known = level == IPPROTO_IP || level == s->protocol;
  return known || s->domain == AF_INET6 ? -ENOPROTOOPT : -EOPNOTSUPP;
}

/* A structure that is too large for the others: its length, or 0: it is none of these. */
static socklen_t get_structure(struct socket *s, int level, int name, struct tcp_info *info) {
  if (!socket_is_stream(s) || level != IPPROTO_TCP || name != TCP_INFO) {
    return 0;
  }
  get_tcp_info(s, info);
  return sizeof *info;
}

/* Returns the length of the value or -ENOPROTOOPT. The caller holds the lock. */
static int get_socket_level(struct socket *s, int name, union sol_value *v) {
  switch (name) {
    case SO_TYPE:
      v->i = s->type;
      break;
    case SO_DOMAIN:
      v->i = s->domain;
      break;
    case SO_PROTOCOL:
      v->i = s->protocol;
      break;
    case SO_ERROR:
      v->i = -socket_take_error(s);
      break;
    case SO_ACCEPTCONN:
      v->i = s->state == SOCKET_LISTENING;
      break;
    case SO_PEERCRED: /* nobody's */
      v->credentials.pid = 0;
      v->credentials.uid = v->credentials.gid = (unsigned)-1;
      return sizeof v->credentials;
    case SO_PASSCRED:
      return -EOPNOTSUPP;
    default:
      return sol_socket_get(&s->options, name, v);
  }
  return sizeof v->i;
}

static int get_value(struct socket *s, int level, int name, union sol_value *v) {
  int row = row_of(s, level, name);
  if (row < 0) {
    return level == SOL_SOCKET ? get_socket_level(s, name, v) : unknown_option(s, level);
  }
  v->i = s->options.ints[row];
  return sizeof v->i;
}

int inet_get_option(struct file *f, int level, int name, void *value, socklen_t *len) {
  struct socket *s = socket_of_file(f);
  union sol_value v;
  struct tcp_info info;
  int err = sol_socket_check_length(len);
  if (err) {
    return err;
  }
  lock_acquire(&s->lock);
  socklen_t size = get_structure(s, level, name, &info);
  int have = size ? 0 : get_value(s, level, name, &v);
  lock_release(&s->lock);
  if (size) {
    return sol_socket_value_out(&info, size, value, len);
  }
  return have < 0 ? have : sol_socket_value_out(&v, (socklen_t)have, value, len);
}
