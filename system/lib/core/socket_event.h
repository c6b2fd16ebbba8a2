/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What has happened to internet sockets, told to one who asked to hear of all of them: the callbacks
 * of emscripten_set_socket_*_callback. A program that has none of them carries a test of a pointer.
 */
#ifndef EMWAKE_CORE_SOCKET_EVENT_H
#define EMWAKE_CORE_SOCKET_EVENT_H

struct socket;

enum socket_event {
  SOCKET_EVENT_LISTEN,
  SOCKET_EVENT_OPEN,       /* connected, or writable again after send had to give up */
  SOCKET_EVENT_CONNECTION, /* at a listener, one each */
  SOCKET_EVENT_MESSAGE,    /* bytes, a datagram, or the peer's end */
  SOCKET_EVENT_ERROR,
  SOCKET_EVENT_CLOSE, /* a connection has ended, or the program has closed the socket */
};

/* Set by socket_events_start(). */
extern void (*socket_event_hook)(struct socket *s, enum socket_event event, int error);

/*
 * From now on every event is delivered by the event loop of the calling thread, in the order in
 * which they happened, with a descriptor that refers to the socket; after CLOSE by the program, with
 * the number that it had. What happens to a socket without a descriptor (one that waits to be
 * accepted) is told when it has got one. error: an errno for ERROR, else 0. deliver may run user
 * code. It ends with the thread; while one thread hears, others that start are ignored.
 * Returns 0 or -ENOMEM.
 */
int socket_events_start(void (*deliver)(int fd, enum socket_event event, int error));

/* For the core: without locks. */
static inline void socket_event(struct socket *s, enum socket_event event, int error) {
  if (socket_event_hook) {
    socket_event_hook(s, event, error);
  }
}

#endif
