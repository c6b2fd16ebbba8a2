/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Sockets whose handles live on the runtime's main thread.
 */
#include "socket_main.h"

#include <emscripten.h>
#include <errno.h>
#include <string.h>

#include "kmem.h"

#if EMWAKE_THREADS
#include <emscripten/proxying.h>
#include <emscripten/threading.h>
#endif

bool emwake_on_main_thread(void) {
#if EMWAKE_THREADS
  return emscripten_is_main_runtime_thread();
#else
  return true;
#endif
}

void emwake_run_on_main(void (*fn)(void *arg), void *arg) {
#if EMWAKE_THREADS
  if (!emwake_on_main_thread()) {
    emscripten_proxy_async(emscripten_proxy_get_system_queue(), emscripten_main_runtime_thread_id(),
                           fn, arg);
    return;
  }
#endif
  fn(arg);
}

/* ---- Streams: output ------------------------------------------------------------------------- */

/* Marks the last of a list, whose backend_next is not NULL either: it is listed. */
static struct socket end_of_list;

static struct socket *next_with_output(struct outbox *o) {
  lock_acquire(&o->lock);
  struct socket *s = o->first;
  if (s) {
    o->first = s->backend_next == &end_of_list ? NULL : s->backend_next;
    s->backend_next = NULL;
  } else {
    o->asked = false;
  }
  lock_release(&o->lock);
  return s;
}

void emwake_outbox_flush(struct outbox *o) {
  struct socket *s;
  while ((s = next_with_output(o))) {
    o->flush_socket(s);
    node_put(&s->node);
  }
}

/* Returns whether the flush has to be asked for. */
static bool list_socket(struct outbox *o, struct socket *s) {
  lock_acquire(&o->lock);
  if (!s->backend_next) {
    node_get(&s->node);
    if (o->first) {
      o->last->backend_next = s;
    } else {
      o->first = s;
    }
    o->last = s;
    s->backend_next = &end_of_list;
  }
  bool ask = !o->asked;
  o->asked = true;
  lock_release(&o->lock);
  return ask;
}

#if EMWAKE_THREADS
static void flush_task(void *arg) {
  emwake_outbox_flush(arg);
}
#endif

void emwake_outbox_add(struct outbox *o, struct socket *s) {
  if (!list_socket(o, s)) {
    return;
  }
#if EMWAKE_THREADS
  if (!emwake_on_main_thread()) {
    emwake_run_on_main(flush_task, o);
    return;
  }
#endif
  o->flush_soon();
}

/* ---- Datagrams ------------------------------------------------------------------------------- */

static int send_here(struct socket *s, const union sock_address *to, const void *data, size_t len,
                     send_datagram *send) {
  int r = send(s, to, data, len);
  if (r > 0) {
    socket_sent(s, len);
    return 0;
  }
  return r;
}

#if EMWAKE_THREADS

struct parcel {
  struct socket *socket;
  send_datagram *send;
  bool has_address;
  union sock_address to;
  size_t len;
  char bytes[];
};

static void send_task(void *arg) {
  struct parcel *p = arg;
  if (!p->socket->closed) {
    int err = send_here(p->socket, p->has_address ? &p->to : NULL, p->bytes, p->len, p->send);
    if (err) {
      socket_sent(p->socket, p->len);
      socket_report_error(p->socket, -err);
    }
  }
  node_put(&p->socket->node);
  kmem_free(p, sizeof *p + p->len);
}

static int send_from_thread(struct socket *s, const union sock_address *to, const void *data,
                            size_t len, send_datagram *send) {
  struct parcel *p = kmem_alloc(sizeof *p + len);
  if (!p) {
    return -ENOBUFS;
  }
  node_get(&s->node);
  p->socket = s;
  p->send = send;
  p->has_address = to;
  if (to) {
    p->to = *to;
  }
  p->len = len;
  memcpy(p->bytes, data, len);
  emwake_run_on_main(send_task, p);
  return 0;
}

#endif

int emwake_send_on_main(struct socket *s, const union sock_address *to, const void *data,
                        size_t len, send_datagram *send) {
#if EMWAKE_THREADS
  if (!emwake_on_main_thread()) {
    return send_from_thread(s, to, data, len, send);
  }
#endif
  return send_here(s, to, data, len, send);
}

/* What JavaScript is about to fill in. */
static struct datagram *incoming;
static union sock_address source;

EMSCRIPTEN_KEEPALIVE union sock_address *emwake_source_address(void) {
  return &source;
}

EMSCRIPTEN_KEEPALIVE char *emwake_datagram_reserve(struct socket *s, size_t len) {
  return socket_datagram_reserve(s, len, &source, &incoming);
}

EMSCRIPTEN_KEEPALIVE void emwake_datagram_commit(struct socket *s) {
  socket_datagram_commit(s, incoming);
}

/* ---- The end of the program ------------------------------------------------------------------ */

/* As if it had closed the socket. */
EMSCRIPTEN_KEEPALIVE void emwake_socket_exit(struct socket *s) {
  s->node.ops->close(&s->node);
}
