/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Socket addresses.
 */
#include "sock_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "user_memory.h"

/* SIN6_LEN_RFC2133: a sockaddr_in6 without sin6_scope_id is long enough. */
#define MIN_IN6 24u

int sock_address_in(union sock_address *to, const struct sockaddr *from, socklen_t len,
                    int domain) {
  memset(to, 0, sizeof *to);
  if ((int)len < 0 || len > sizeof(struct sockaddr_storage)) {
    return -EINVAL;
  }
  if (!user_range_ok(from, len)) {
    return -EFAULT;
  }
  if (len < sizeof to->any.sa_family) {
    return -EINVAL;
  }
  memcpy(to, from, len < sizeof *to ? len : sizeof *to);
  if (to->any.sa_family == AF_UNSPEC) {
    return 0;
  }
  if (len < (domain == AF_INET6 ? MIN_IN6 : sizeof to->in)) {
    return -EINVAL;
  }
  return to->any.sa_family == domain ? 0 : -EAFNOSUPPORT;
}

int sock_name_out(const void *from, socklen_t full, struct sockaddr *to, socklen_t *len) {
  if (!user_range_ok(len, sizeof *len)) {
    return -EFAULT;
  }
  if ((int)*len < 0) {
    return -EINVAL;
  }
  socklen_t n = *len < full ? *len : full;
  if (!user_range_ok(to, n)) {
    return -EFAULT;
  }
  if (n) {
    memcpy(to, from, n);
  }
  *len = full;
  return 0;
}

int sock_address_out(const union sock_address *from, struct sockaddr *to, socklen_t *len) {
  return sock_name_out(from, sock_address_len(from), to, len);
}

socklen_t sock_address_len(const union sock_address *a) {
  switch (a->any.sa_family) {
    case AF_INET:
      return sizeof a->in;
    case AF_INET6:
      return sizeof a->in6;
    default:
      return 0;
  }
}

void sock_address_any(union sock_address *a, int domain) {
  memset(a, 0, sizeof *a);
  a->any.sa_family = (sa_family_t)domain;
}

int sock_address_port(const union sock_address *a) {
  return ntohs(a->any.sa_family == AF_INET6 ? a->in6.sin6_port : a->in.sin_port);
}

void sock_address_set_port(union sock_address *a, int port) {
  if (a->any.sa_family == AF_INET6) {
    a->in6.sin6_port = htons((uint16_t)port);
  } else {
    a->in.sin_port = htons((uint16_t)port);
  }
}

bool sock_address_is_any(const union sock_address *a) {
  return a->any.sa_family == AF_INET6 ? IN6_IS_ADDR_UNSPECIFIED(&a->in6.sin6_addr)
                                      : a->in.sin_addr.s_addr == htonl(INADDR_ANY);
}

bool sock_address_is_broadcast(const union sock_address *a) {
  return a->any.sa_family == AF_INET && (a->in.sin_addr.s_addr == htonl(INADDR_BROADCAST) ||
                                         a->in.sin_addr.s_addr == htonl(0x7fffffff));
}

bool sock_address_equal(const union sock_address *a, const union sock_address *b) {
  if (a->any.sa_family != b->any.sa_family || sock_address_port(a) != sock_address_port(b)) {
    return false;
  }
  return a->any.sa_family == AF_INET6
           ? !memcmp(&a->in6.sin6_addr, &b->in6.sin6_addr, sizeof a->in6.sin6_addr)
           : a->in.sin_addr.s_addr == b->in.sin_addr.s_addr;
}

void sock_address_any_to_loopback(union sock_address *a) {
  if (!sock_address_is_any(a)) {
    return;
  }
  if (a->any.sa_family == AF_INET6) {
    a->in6.sin6_addr.s6_addr[15] = 1;
  } else {
    a->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
}

void sock_address_map(union sock_address *a) {
  struct sockaddr_in in = a->in;
  sock_address_any(a, AF_INET6);
  a->in6.sin6_port = in.sin_port;
  a->in6.sin6_addr.s6_addr[10] = a->in6.sin6_addr.s6_addr[11] = 0xff;
  memcpy(&a->in6.sin6_addr.s6_addr[12], &in.sin_addr, sizeof in.sin_addr);
}
