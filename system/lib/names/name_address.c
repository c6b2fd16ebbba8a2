/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 */
#include "name_address.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static size_t length(const struct name_address *a) {
  return a->family == AF_INET ? 4 : 16;
}

static int is_link_local(const uint8_t *b) {
  return (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) || (b[0] == 0xff && (b[1] & 0x0f) == 0x02);
}

/* RFC 4007, section 11: an interface's name for a link-local address, or a number for any. */
static int parse_scope(const char *s, struct name_address *a) {
  if (is_link_local(a->bytes)) {
    a->scope = if_nametoindex(s);
    if (a->scope) {
      return 1;
    }
  }
  char *end;
  a->scope = (uint32_t)strtoul(s, &end, 10);
  return isdigit((unsigned char)*s) && !*end;
}

static int parse_ipv6(const char *s, struct name_address *a) {
  char number[INET6_ADDRSTRLEN];
  const char *percent = strchr(s, '%');
  size_t len = percent ? (size_t)(percent - s) : strlen(s);
  if (len >= sizeof number) {
    return 0;
  }
  memcpy(number, s, len);
  number[len] = 0;
  a->family = AF_INET6;
  a->scope = 0;
  if (inet_pton(AF_INET6, number, a->bytes) != 1) {
    return 0;
  }
  return !percent || parse_scope(percent + 1, a);
}

int name_address_parse(const char *s, struct name_address *a) {
  struct in_addr in;
  if (inet_aton(s, &in)) {
    name_address_set_ipv4(a, ntohl(in.s_addr));
    return 1;
  }
  return parse_ipv6(s, a);
}

int name_address_convert(struct name_address *a, int family, int map) {
  static const uint8_t prefix[12] = {[10] = 0xff, 0xff};
  if (family == AF_UNSPEC || family == a->family) {
    return 1;
  }
  if (family == AF_INET) {
    if (memcmp(a->bytes, prefix, sizeof prefix) != 0) {
      return 0;
    }
    memmove(a->bytes, a->bytes + 12, 4);
  } else {
    if (!map) {
      return 0;
    }
    memmove(a->bytes + 12, a->bytes, 4);
    memcpy(a->bytes, prefix, sizeof prefix);
  }
  a->family = family;
  return 1;
}

int name_address_equal(const struct name_address *a, const struct name_address *b) {
  return a->family == b->family && memcmp(a->bytes, b->bytes, length(a)) == 0;
}

void name_address_set_ipv4(struct name_address *a, uint32_t host_order) {
  struct in_addr in = {htonl(host_order)};
  *a = (struct name_address){.family = AF_INET};
  memcpy(a->bytes, &in, sizeof in);
}

void name_address_from_sockaddr(struct name_address *a, const struct sockaddr *sa) {
  *a = (struct name_address){.family = sa->sa_family};
  if (sa->sa_family == AF_INET) {
    memcpy(a->bytes, &((const struct sockaddr_in *)sa)->sin_addr, 4);
  } else {
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)sa;
    memcpy(a->bytes, &six->sin6_addr, 16);
    a->scope = six->sin6_scope_id;
  }
}

socklen_t name_address_to_sockaddr(const struct name_address *a, uint16_t port,
                                   struct sockaddr *sa) {
  if (a->family == AF_INET) {
    struct sockaddr_in *in = (struct sockaddr_in *)sa;
    *in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
    memcpy(&in->sin_addr, a->bytes, 4);
    return sizeof *in;
  }
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)sa;
  *six = (struct sockaddr_in6){
    .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_scope_id = a->scope};
  memcpy(&six->sin6_addr, a->bytes, 16);
  return sizeof *six;
}
