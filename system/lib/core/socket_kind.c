/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Which sockets there are: the checks of socket(2) and socketpair(2), in the order of
 * __sock_create(), inet_create() and unix_create().
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>

#include "socket_family.h"

#define NUMBER_OF_FAMILIES 46   /* AF_MAX */
#define NUMBER_OF_TYPES 11      /* SOCK_MAX */
#define NUMBER_OF_PROTOCOLS 263 /* IPPROTO_MAX */

int socket_descriptor_flags(int type) {
  return (type & SOCK_NONBLOCK ? O_NONBLOCK : 0) | (type & SOCK_CLOEXEC ? O_CLOEXEC : 0);
}

static int check_internet(int type, int protocol) {
  if (protocol < 0 || protocol >= NUMBER_OF_PROTOCOLS) {
    return -EINVAL;
  }
  switch (type) {
    case SOCK_STREAM:
      return !protocol || protocol == IPPROTO_TCP ? 0 : -EPROTONOSUPPORT;
    case SOCK_DGRAM:
      return !protocol || protocol == IPPROTO_UDP ? 0 : -EPROTONOSUPPORT;
    case SOCK_RAW:
      return protocol ? -EPERM : -EPROTONOSUPPORT;
    default:
      return -ESOCKTNOSUPPORT;
  }
}

static int check_unix(int type, int protocol) {
  if (protocol && protocol != PF_UNIX) {
    return -EPROTONOSUPPORT;
  }
  bool known =
    type == SOCK_STREAM || type == SOCK_DGRAM || type == SOCK_SEQPACKET || type == SOCK_RAW;
  return known ? 0 : -ESOCKTNOSUPPORT;
}

int socket_check_kind(int domain, int type, int protocol) {
  if (domain < 0 || domain >= NUMBER_OF_FAMILIES) {
    return -EAFNOSUPPORT;
  }
  if (type < 0 || type >= NUMBER_OF_TYPES) {
    return -EINVAL;
  }
  if (domain == AF_UNIX) {
    return check_unix(type, protocol);
  }
  bool internet = domain == AF_INET || domain == AF_INET6;
  return internet ? check_internet(type, protocol) : -EAFNOSUPPORT;
}
