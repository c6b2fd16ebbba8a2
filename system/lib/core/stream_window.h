/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * How many bytes a stream holds for its program: SO_RCVBUF, or, as long as nobody has set that, more
 * for a program that reads them as fast as they come, as tcp_rcv_space_adjust() has it, up to
 * net.ipv4.tcp_rmem's most. The more of them come in one turn of the host, the fewer turns it takes,
 * and the less has gone from the caches. The caller holds the socket's lock.
 */
#ifndef EMWAKE_CORE_STREAM_WINDOW_H
#define EMWAKE_CORE_STREAM_WINDOW_H

#include <stdbool.h>
#include <stddef.h>

struct socket;

size_t stream_window(const struct socket *s);

/* It is full: the backend waits for resume(). */
void stream_window_full(struct socket *s);

/* Whether a backend that waits may go on, now that the program has read; then it no longer waits. */
bool stream_window_reopen(struct socket *s);

#endif
