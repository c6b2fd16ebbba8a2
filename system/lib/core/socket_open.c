/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * socket(2): the one place that knows every family.
 */
#define _GNU_SOURCE
#include <errno.h>

#include "socket.h"
#include "socket_family.h"
#include "unix.h"

#define TYPE_MASK 0xf

int sock_socket(int domain, int type, int protocol) {
  int flags = type & ~TYPE_MASK;
  if (flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK)) {
    return -EINVAL;
  }
  type &= TYPE_MASK;
  int err = socket_check_kind(domain, type, protocol);
  if (err) {
    return err;
  }
  flags = socket_descriptor_flags(flags);
  return domain == AF_UNIX ? unix_open(type, flags) : inet_open(domain, type, protocol, flags);
}
