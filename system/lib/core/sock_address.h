/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Socket addresses between a program and the core, by the rules of move_addr_to_kernel() and
 * move_addr_to_user() in net/socket.c.
 */
#ifndef EMWAKE_CORE_SOCK_ADDRESS_H
#define EMWAKE_CORE_SOCK_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

union sock_address {
  struct sockaddr any;
  struct sockaddr_in in;
  struct sockaddr_in6 in6;
};

/*
 * Copies the caller's address and checks it for a socket of the domain: a wrong length is -EINVAL,
 * a family that is not the domain's -EAFNOSUPPORT. AF_UNSPEC passes; the caller decides.
 */
int sock_address_in(union sock_address *to, const struct sockaddr *from, socklen_t len, int domain);

/* Gives a name of full bytes to the caller: truncated to *len, which becomes the full length. */
int sock_name_out(const void *from, socklen_t full, struct sockaddr *to, socklen_t *len);
int sock_address_out(const union sock_address *from, struct sockaddr *to, socklen_t *len);

/* The length of an address by its family; 0 for AF_UNSPEC. */
socklen_t sock_address_len(const union sock_address *a);

/* The address of no interface and no port. */
void sock_address_any(union sock_address *a, int domain);

/* In host byte order. */
int sock_address_port(const union sock_address *a);
void sock_address_set_port(union sock_address *a, int port);

/* 255.255.255.255, and that of the network of loopback. */
bool sock_address_is_broadcast(const union sock_address *a);

bool sock_address_is_any(const union sock_address *a);
bool sock_address_equal(const union sock_address *a, const union sock_address *b);

/* The loopback address in place of the unspecified one: what connect(2) and sendto(2) mean by it
   (ip_route_output_key_hash_rcu, tcp_v6_connect). */
void sock_address_any_to_loopback(union sock_address *a);

/* The IPv6 form ::ffff:a.b.c.d of an IPv4 address. */
void sock_address_map(union sock_address *a);

#endif
