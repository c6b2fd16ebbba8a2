/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What those backends of sockets have in common whose handles live on the runtime's main thread:
 * bytes to send wait in the socket and are handed over together, at the end of the main thread's
 * turn or by one doorbell from another thread.
 */
#ifndef EMWAKE_HOST_SOCKET_MAIN_H
#define EMWAKE_HOST_SOCKET_MAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "lock.h"
#include "socket.h"

bool emwake_on_main_thread(void);

/* Runs fn(arg) on the main thread: now if this is it, otherwise when its event loop comes to it. */
void emwake_run_on_main(void (*fn)(void *arg), void *arg);

/* Sockets with output, each with a reference, linked by backend_next. */
struct outbox {
  struct lock lock;
  struct socket *first, *last;
  bool asked; /* for a flush */
  /* Both are called on the main thread: takes the output of s; asks for emwake_outbox_flush() at the
     end of the turn. */
  void (*flush_socket)(struct socket *s);
  void (*flush_soon)(void);
};

/* From any thread. */
void emwake_outbox_add(struct outbox *o, struct socket *s);

/* On the main thread. */
void emwake_outbox_flush(struct outbox *o);

/*
 * socket_ops.send of a backend whose send() is to be called on the main thread. That returns 1 when
 * the datagram has gone, 0 when the host keeps it (and says socket_sent() later), or -errno. to is
 * NULL for the peer.
 */
typedef int send_datagram(struct socket *s, const union sock_address *to, const void *data,
                          size_t len);
int emwake_send_on_main(struct socket *s, const union sock_address *to, const void *data,
                        size_t len, send_datagram *send);

/* The datagram that JavaScript is about to fill in comes from the address here. */
union sock_address *emwake_source_address(void);
char *emwake_datagram_reserve(struct socket *s, size_t len);
void emwake_datagram_commit(struct socket *s);

#endif
