/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * socket(2), apart from the calls on a socket: it alone brings every family with it.
 */
#include <emscripten/syscalls.h>

#include "socket_family.h"

int __syscall_socket(int domain, int type, int protocol, int u1, int u2, int u3) {
  return sock_socket(domain, type, protocol);
}
