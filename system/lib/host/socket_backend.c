/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What carries the sockets of the program (core/socket.h). The choice is JavaScript's, made when the
 * first socket is opened, and the same from then on.
 */
#include "socket.h"

/* src/lib/libsockfs.js */
const struct socket_ops *emwake_choose_backend(void);

const struct socket_ops *socket_backend(int domain, int type) {
#if EMWAKE_THREADS
  static const struct socket_ops *_Atomic chosen;
#else
  static const struct socket_ops *chosen;
#endif
  (void)domain;
  (void)type;
  if (!chosen) {
    chosen = emwake_choose_backend();
  }
  return chosen;
}
