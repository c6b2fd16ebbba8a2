/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * <emscripten/resolve.h>: a lookup (name_lookup.h) as a descriptor.
 */
#include <emscripten/resolve.h>
#include <errno.h>
#include <fcntl.h>

#include "file.h"
#include "name_lookup.h"

int emscripten_getaddrinfo_start(const char *node, const char *service,
                                 const struct addrinfo *hints) {
  struct name_lookup *l = name_lookup_for(node, service, hints);
  return l ? fd_open(&l->node, O_RDONLY | O_CLOEXEC) : -ENOMEM;
}

int emscripten_getaddrinfo_result(int fd, struct addrinfo **result) {
  struct name_lookup *l = name_lookup_of_fd(fd);
  if (!l) {
    errno = EBADF;
    return EAI_SYSTEM;
  }
  int r = name_lookup_result(l, result);
  node_put(&l->node);
  return r;
}
