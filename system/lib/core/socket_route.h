/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The backend that has two: what is meant for 127.0.0.0/8 and ::1 stays in the program
 * (socket_loopback.h), everything else is given to another, the one outside.
 *
 * Ports are the loopback's, for connections that lead outside as well: so a program cannot take one
 * twice, and nothing listens beyond the program. A datagram socket that is not connected sends to
 * both and hears both.
 */
#ifndef EMWAKE_CORE_SOCKET_ROUTE_H
#define EMWAKE_CORE_SOCKET_ROUTE_H

#include "socket.h"

/*
 * outside: its bind, listen, notify and set_option are not called, and disconnect, flush, resume and
 * close only for a socket that its connect or send has met. It is the same in every call.
 */
const struct socket_ops *socket_route_ops(const struct socket_ops *outside);

#endif
