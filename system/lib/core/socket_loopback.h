/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The backend of sockets that is the program itself.
 */
#ifndef EMWAKE_CORE_SOCKET_LOOPBACK_H
#define EMWAKE_CORE_SOCKET_LOOPBACK_H

#include "socket.h"

const struct socket_ops *socket_loopback_ops(void);

/* The datagram socket s, which is bound, has a peer that is not in the program. */
void socket_loopback_hear_nobody(struct socket *s);

#endif
