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

/* Whether somebody in the program would get what s sends to an address of loopback. */
bool socket_loopback_has(struct socket *s, const union sock_address *to);

#endif
