/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * An address of a host, as names are resolved to it, and its written form.
 */
#ifndef EMWAKE_NAMES_NAME_ADDRESS_H
#define EMWAKE_NAMES_NAME_ADDRESS_H

#include <stdint.h>
#include <sys/socket.h>

/* As many as musl's gethostbyname has room for. */
#define MAX_ADDRESSES 48

struct name_address {
  int family; /* AF_INET or AF_INET6 */
  uint32_t scope;
  uint8_t bytes[16]; /* in network order; of AF_INET, four */
};

/* The address of s written as numbers: inet_aton's forms, or IPv6 with an optional %scope. Returns
   whether it is one; a scope that cannot be is none. */
int name_address_parse(const char *s, struct name_address *a);

/*
 * Makes a of the family that is asked for. AF_UNSPEC takes any; an IPv4 address becomes an IPv6 one
 * if map, and a mapped one always becomes an IPv4 one. Returns whether there is a way.
 */
int name_address_convert(struct name_address *a, int family, int map);

/* The same address, whatever the port. */
int name_address_equal(const struct name_address *a, const struct name_address *b);

void name_address_set_ipv4(struct name_address *a, uint32_t host_order);
void name_address_from_sockaddr(struct name_address *a, const struct sockaddr *sa);

/* Returns the length of what it writes into sa, which has room for a sockaddr_in6. */
socklen_t name_address_to_sockaddr(const struct name_address *a, uint16_t port,
                                   struct sockaddr *sa);

#endif
