/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A connection between two stream sockets of the program: what TCP does between them. Bytes go
 * from what the one has to send into what the other has received, as far as its SO_RCVBUF lets
 * them; the rest waits, and counts against the sender's SO_SNDBUF.
 *
 * Locks: a link's comes before those of its sockets. None of these is called with one held, but
 * link_get.
 */
#ifndef EMWAKE_CORE_SOCKET_LINK_H
#define EMWAKE_CORE_SOCKET_LINK_H

#include "socket.h"

struct link;

/* Side 0 is first, side 1 is second. With two references, one for each of them. NULL: no memory. */
struct link *link_new(struct socket *first, struct socket *second);

struct link *link_get(struct link *link);
void link_put(struct link *link);

/* Moves what the socket of that side has to send. */
void link_move(struct link *link, int side);

/* The socket of that side is closed. What it has sent still arrives, unless reset. */
void link_close(struct link *link, int side, bool reset);

#endif
