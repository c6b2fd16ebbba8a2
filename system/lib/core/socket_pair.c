/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * socketpair(2), which AF_UNIX alone has.
 */
#define _GNU_SOURCE
#include <errno.h>

#include "socket_family.h"
#include "unix.h"
#include "user_memory.h"

#define TYPE_MASK 0xf

int sock_socketpair(int domain, int type, int protocol, int fds[2]) {
  int flags = type & ~TYPE_MASK;
  if (flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK)) {
    return -EINVAL;
  }
  if (!user_range_ok(fds, 2 * sizeof *fds)) {
    return -EFAULT;
  }
  type &= TYPE_MASK;
  int err = socket_check_kind(domain, type, protocol);
  if (err) {
    return err;
  }
  if (domain != AF_UNIX) {
    return -EOPNOTSUPP;
  }
  return unix_open_pair(type, socket_descriptor_flags(flags), fds);
}
