/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The host's own stream sockets inside the program's network (socket_loopback.h): a page dials into
 * a listening socket of the program, and takes the program's connects. Each is a description without
 * a number, which is the caller's until file_put(); its bytes go by file_read() and file_write().
 * Nothing here waits. All of it may be called from any thread.
 */
#ifndef EMWAKE_CORE_SOCKET_DOOR_H
#define EMWAKE_CORE_SOCKET_DOOR_H

#include "file.h"
#include "sock_address.h"

/* Starts to connect; socket_door_connected() says what came of it. NULL: *err is a negative errno. */
struct file *socket_door_connect(const union sock_address *to, int *err);

/* 0, -EINPROGRESS until the socket is writable, or why there is no connection. */
int socket_door_connected(struct file *f);

/* Port 0: one of the network's choice. NULL: *err is -EADDRINUSE, -EADDRNOTAVAIL, ... */
struct file *socket_door_listen(const union sock_address *at, int backlog, int *err);

/* A connection that has come. NULL: *err is -EAGAIN until the listener is readable. */
struct file *socket_door_accept(struct file *listener, int *err);

/* No more is to be sent, or to be received: shutdown(2). */
int socket_door_shutdown(struct file *f, int how);

/* Closing is going to be a reset. */
void socket_door_reset_on_close(struct file *f);

/* Its own address, or its peer's. 0 or -ENOTCONN. */
int socket_door_name(struct file *f, bool peer, union sock_address *name);

#endif
