/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * socketpair(2). libc's own function ends in a stub, which is linked with other stubs.
 */
#include <sys/socket.h>

#include "result.h"
#include "socket_family.h"

int socketpair(int domain, int type, int protocol, int fds[2]) {
  return result(sock_socketpair(domain, type, protocol, fds));
}
