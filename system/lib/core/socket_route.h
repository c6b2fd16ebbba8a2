/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The backend that has two: what is meant for 127.0.0.0/8 and ::1 stays in the program
 * (socket_loopback.h), everything else is given to another, the one outside.
 *
 * Ports are the loopback's, for connections that lead outside as well: so a program cannot take one
 * twice. A datagram socket that is not connected sends to
 * both and hears both.
 */
#ifndef EMWAKE_CORE_SOCKET_ROUTE_H
#define EMWAKE_CORE_SOCKET_ROUTE_H

#include "socket.h"

/*
 * outside: its bind, notify and set_option are not called, and disconnect, flush, resume and close
 * only for a socket that its connect, listen or send has met. Its listen may be NULL. It is the same in
 * every call, as is loopback_leaves: whether a loopback address leads outside too if nobody in the
 * program has its port.
 */
const struct socket_ops *socket_route_ops(const struct socket_ops *outside, bool loopback_leaves);

#endif
