/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The backend of sockets that leave the program through WebSockets: src/lib/libsockfs_relay.js.
 * Addresses and ports of loopback are the program's own (socket_route.h): nothing is bound here.
 *
 * What a stream has to send stays in the socket until the relay has room for it.
 */
#include <emscripten.h>

#include "socket.h"
#include "socket_main.h"
#include "socket_route.h"

/* src/lib/libsockfs_relay.js; results are 0 or -errno unless said. The first group is proxied to
   the main thread, the second is called on it. */
int emwake_relay_listen(struct socket *s, const union sock_address *a, int backlog);
int emwake_relay_connect(struct socket *s, int type, const union sock_address *a);
void emwake_relay_disconnect(struct socket *s);
void emwake_relay_close(struct socket *s, int reset);

/* Asks for emwake_relay_flush() at the end of the turn. */
void emwake_relay_flush_soon(void);
/* Whether s is to hand over what it has to send. If not, JavaScript calls
   emwake_relay_flush_socket() when it is. */
int emwake_relay_has_room(struct socket *s);
/* Says emwake_socket_sent() when the bytes have gone. end: SHUTDOWN_SEND, SHUTDOWN_BOTH or 0. */
void emwake_relay_write(struct socket *s, const void *data, size_t len, int end);
int emwake_relay_send(struct socket *s, const union sock_address *a, const void *data, size_t len);
void emwake_relay_resume(struct socket *s);

/* All that s has to send, whether there is room for it or not. */
EMSCRIPTEN_KEEPALIVE void emwake_relay_flush_socket(struct socket *s) {
  struct socket_output output;
  socket_take_output(s, &output);
  int end = output.end ? s->shutdown : 0;
  if (output.len || end) {
    emwake_relay_write(s, output.bytes, output.len, end);
  }
  socket_output_free(&output);
}

static void flush_if_room(struct socket *s) {
  if (emwake_relay_has_room(s)) {
    emwake_relay_flush_socket(s);
  }
}

static struct outbox outbox = {
  .flush_socket = flush_if_room,
  .flush_soon = emwake_relay_flush_soon,
};

EMSCRIPTEN_KEEPALIVE void emwake_relay_flush(void) {
  emwake_outbox_flush(&outbox);
}

static void relay_flush(struct socket *s) {
  emwake_outbox_add(&outbox, s);
}

static void resume_task(void *arg) {
  struct socket *s = arg;
  if (!s->closed) {
    emwake_relay_resume(s);
  }
  node_put(&s->node);
}

static void relay_resume(struct socket *s) {
  node_get(&s->node);
  emwake_run_on_main(resume_task, s);
}

static int relay_listen(struct socket *s, int backlog) {
  return emwake_relay_listen(s, &s->local, backlog);
}

static int relay_connect(struct socket *s, const union sock_address *a) {
  return emwake_relay_connect(s, s->type, a);
}

static int relay_send(struct socket *s, const union sock_address *to, const void *data,
                      size_t len) {
  return emwake_send_on_main(s, to, data, len, emwake_relay_send);
}

static void relay_close(struct socket *s, bool reset) {
  emwake_relay_close(s, reset);
}

/* For JavaScript: a connection from emwake_source_address() to a listener, which is yet to be queued.
   NULL: not now. */
EMSCRIPTEN_KEEPALIVE struct socket *emwake_relay_accept(struct socket *listener) {
  struct socket *s = socket_incoming(listener);
  if (s) {
    union sock_address peer = *emwake_source_address();
    if (s->domain == AF_INET6 && peer.any.sa_family == AF_INET) {
      sock_address_map(&peer);
    }
    lock_acquire(&listener->lock);
    union sock_address local = listener->local;
    lock_release(&listener->lock);
    s->outside = true;
    socket_set_local(s, &local);
    socket_set_peer(s, &peer);
  }
  return s;
}

EMSCRIPTEN_KEEPALIVE int emwake_relay_local_port(struct socket *s) {
  lock_acquire(&s->lock);
  int port = s->bound_port ? sock_address_port(&s->local) : 0;
  lock_release(&s->lock);
  return port;
}

static const struct socket_ops relay_ops = {
  .name = "relay",
  .listen = relay_listen,
  .connect = relay_connect,
  .disconnect = emwake_relay_disconnect,
  .flush = relay_flush,
  .send = relay_send,
  .resume = relay_resume,
  .close = relay_close,
};

const struct socket_ops *emwake_relay_ops(int loopback_leaves) {
  return socket_route_ops(&relay_ops, loopback_leaves);
}
