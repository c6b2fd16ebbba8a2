/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The backend of sockets that is Node.js: node:net and node:dgram, in src/lib/libsockfs_node.js.
 *
 * The host's handles live on the runtime's main thread (socket_main.h). Calls that need an answer
 * are proxied there and waited for.
 */
#include <emscripten.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "kmem.h"
#include "socket.h"
#include "socket_main.h"

/* What is pending on a stream is handed over at once when it is this much. */
#define FLUSH_AT ((size_t)64 * 1024)

/* net.ipv4.tcp_syn_retries, net.ipv4.tcp_syn_linear_timeouts */
enum { SYN_ATTEMPTS = 6, SYN_LINEAR = 4 };

enum { FLAG_REUSE_ADDRESS = 1, FLAG_REUSE_PORT = 2, FLAG_ONLY6 = 4 };

/* src/lib/libsockfs_node.js; results are 0 or -errno unless said. The first group is proxied to
   the main thread, the second is called on it, with the number of the socket's record there. */
int emwake_node_bind(struct socket *s, int type, const union sock_address *a, int flags);
int emwake_node_listen(struct socket *s, const union sock_address *a, int flags, int backlog);
int emwake_node_connect(struct socket *s, int type, const union sock_address *a, int limit);
void emwake_node_disconnect(struct socket *s, int keep_port);
int emwake_node_set_option(struct socket *s, int level, int name, const void *value, size_t len);
void emwake_node_close(struct socket *s, int reset);

/* Asks for emwake_node_flush() at the end of the turn. */
void emwake_node_flush_soon(void);
/* Asks for emwake_node_notify() when the events that Node has got together have all come, or, if
   at_once, at the end of this one. */
void emwake_node_notify_soon(int at_once);
/* Whether the host has taken all, or says emwake_node_sent() later. If it keeps data until then, that is
   to be left to it. */
enum { WRITE_KEEPS_DATA = -1, WRITE_PENDING = 0, WRITE_DONE = 1 };
int emwake_node_write(int record, char *data, size_t len, size_t capacity, int end);
/* The same, or -errno; a is NULL for the peer. */
int emwake_node_send(int record, const union sock_address *a, const void *data, size_t len);
void emwake_node_resume(int record);

/* 0: there is none, before the host has met s and after it was closed. */
EMSCRIPTEN_KEEPALIVE int emwake_node_record(const struct socket *s) {
  return (int)(intptr_t)s->backend_data;
}

EMSCRIPTEN_KEEPALIVE void emwake_node_set_record(struct socket *s, int record) {
  s->backend_data = (void *)(intptr_t)record;
}

/* ---- How many are served ---------------------------------------------------------------------- */

/* With many connections what comes in one turn of Node's loop is best taken together. With a few that
   only makes their peers wait, so they are served at once when SETTLED events in a row were all of the
   same FEW connections. (Listeners and datagram sockets are alone more often, but what comes to them
   comes in bursts.) All of it is of the main thread alone, and the pointers are compared only. */
enum { FEW = 3, SETTLED = 8 };
static const struct socket *served[FEW]; /* the latest first */
static int events_of_served;
static unsigned events_seen;

static bool serves_few(void) {
  return events_of_served == SETTLED;
}

static bool is_served(const struct socket *s) {
  for (int i = 0; i < FEW; i++) {
    if (served[i] == s) {
      return true;
    }
  }
  return false;
}

static void count_event(const struct socket *s) {
  events_seen++;
  if (s->state == SOCKET_ESTABLISHED && socket_is_stream(s) && is_served(s)) {
    events_of_served += events_of_served < SETTLED;
    return;
  }
  memmove(served + 1, served, sizeof served - sizeof *served);
  served[0] = s;
  events_of_served = 0;
}

/* Whether s has long sent but once after each event: then nothing is to be expected that could go out
   together with what it sends. */
static bool sends_once(struct socket *s) {
  bool again = s->sent_at_event == events_seen;
  s->sent_at_event = events_seen;
  s->lone_sends = again ? 0 : s->lone_sends + (s->lone_sends < SETTLED);
  return s->lone_sends == SETTLED;
}

/* ---- Streams: output ------------------------------------------------------------------------- */

EMSCRIPTEN_KEEPALIVE void emwake_node_flush_socket(struct socket *s) {
  struct socket_output output;
  socket_take_output(s, &output);
  if (output.len || output.end) {
    int how = emwake_node_write(emwake_node_record(s), output.bytes, output.len, output.capacity,
                                output.end);
    if (how == WRITE_KEEPS_DATA) {
      return;
    }
    if (how == WRITE_DONE && output.len) {
      socket_sent(s, output.len);
    }
  }
  socket_output_free(&output);
}

/* s: NULL if it has been closed. data: what the host has kept, or NULL. */
EMSCRIPTEN_KEEPALIVE void emwake_node_sent(struct socket *s, size_t len, char *data,
                                           size_t capacity) {
  kmem_free(data, capacity);
  if (s) {
    socket_sent(s, len);
  }
}

static struct outbox outbox = {
  .flush_socket = emwake_node_flush_socket,
  .flush_soon = emwake_node_flush_soon,
};

EMSCRIPTEN_KEEPALIVE void emwake_node_flush(void) {
  emwake_outbox_flush(&outbox);
}

static bool flushes_at_once(struct socket *s) {
  return s->output_len >= FLUSH_AT || s->peer_ended || (serves_few() && sends_once(s));
}

static void node_flush(struct socket *s) {
  if (emwake_on_main_thread() && flushes_at_once(s)) {
    emwake_node_flush_socket(s);
  } else {
    emwake_outbox_add(&outbox, s);
  }
}

static void resume_task(void *arg) {
  struct socket *s = arg;
  if (!s->closed) {
    emwake_node_resume(emwake_node_record(s));
  }
  node_put(&s->node);
}

static void node_resume(struct socket *s) {
  node_get(&s->node);
  emwake_run_on_main(resume_task, s);
}

/* ---- Notifications --------------------------------------------------------------------------- */

/* Node calls back for each descriptor that epoll_wait() named. A program that polls hundreds of
   them is not to scan them for every one: those who wait are told once all have come, or so many, or so
   much on one of them, that the first would have left the caches when their turn comes.
   The list is of the main thread alone; each socket in it has a reference. */
#define NOTIFY_AT 256
#define NOTIFY_AT_BYTES ((size_t)256 * 1024)
static struct socket *to_notify, *last_to_notify;
static int notify_count;

static void list_to_notify(struct socket *s, int events) {
  if (!s->notify_events) {
    node_get(&s->node);
    s->notify_next = NULL;
    if (to_notify) {
      last_to_notify->notify_next = s;
    } else {
      to_notify = s;
      emwake_node_notify_soon(false);
    }
    last_to_notify = s;
    notify_count++;
  }
  s->notify_events |= events;
  if (notify_count == NOTIFY_AT || s->received.len >= NOTIFY_AT_BYTES) {
    emwake_node_notify_soon(true);
  }
}

static void node_notify(struct socket *s, int events) {
  if (!emwake_on_main_thread()) {
    notify_node_listeners(&s->node, events);
    return;
  }
  count_event(s);
  if (serves_few() && !to_notify) {
    notify_node_listeners(&s->node, events);
  } else {
    list_to_notify(s, events);
  }
}

EMSCRIPTEN_KEEPALIVE void emwake_node_notify(void) {
  struct socket *s = to_notify;
  to_notify = NULL;
  notify_count = 0;
  while (s) {
    struct socket *next = s->notify_next;
    int events = s->notify_events;
    s->notify_events = 0;
    notify_node_listeners(&s->node, events);
    node_put(&s->node);
    s = next;
  }
}

static int send_here(struct socket *s, const union sock_address *to, const void *data, size_t len) {
  return emwake_node_send(emwake_node_record(s), to, data, len);
}

static int node_send(struct socket *s, const union sock_address *to, const void *data, size_t len) {
  return emwake_send_on_main(s, to, data, len, send_here);
}

/* ---- The rest -------------------------------------------------------------------------------- */

static int flags_of(const struct socket *s) {
  int flags = 0;
  if (socket_int_option(s, SOL_SOCKET, SO_REUSEADDR)) {
    flags |= FLAG_REUSE_ADDRESS;
  }
  if (socket_int_option(s, SOL_SOCKET, SO_REUSEPORT)) {
    flags |= FLAG_REUSE_PORT;
  }
  if (s->domain == AF_INET6 && socket_int_option(s, IPPROTO_IPV6, IPV6_V6ONLY)) {
    flags |= FLAG_ONLY6;
  }
  return flags;
}

static int node_bind(struct socket *s, const union sock_address *a) {
  int err = emwake_node_bind(s, s->type, a, flags_of(s));
  if (!err) {
    socket_options_apply(s);
  }
  return err;
}

static int node_listen(struct socket *s, int backlog) {
  return emwake_node_listen(s, &s->local, flags_of(s), backlog);
}

/*
 * How long a peer may leave a connect unanswered, in ms, as tcp_write_timeout() has it: Node cannot
 * tell the host. 0: as long as the host waits. A SYN is repeated net.ipv4.tcp_syn_linear_timeouts
 * times after a second each, and then TCP_SYNCNT times after twice as long each time.
 */
static int connect_limit(const struct socket *s) {
  int attempts = socket_int_option(s, IPPROTO_TCP, TCP_SYNCNT);
  int limit = socket_int_option(s, IPPROTO_TCP, TCP_USER_TIMEOUT);
  int until_last = attempts < SYN_ATTEMPTS ? (SYN_LINEAR + (2 << attempts) - 1) * 1000 : 0;
  return !limit || (until_last && until_last < limit) ? until_last : limit;
}

/* Binds a datagram socket first, for its options: SO_BROADCAST decides whether it may connect. */
static int node_connect(struct socket *s, const union sock_address *a) {
  if (!socket_is_stream(s) && !sock_address_port(&s->local)) {
    union sock_address any;
    sock_address_any(&any, s->domain);
    int err = node_bind(s, &any);
    if (err) {
      return err;
    }
  }
  return emwake_node_connect(s, s->type, a, socket_is_stream(s) ? connect_limit(s) : 0);
}

static void node_disconnect(struct socket *s) {
  emwake_node_disconnect(s, s->bound_port);
}

static void node_close(struct socket *s, bool reset) {
  emwake_node_close(s, reset);
}

static const struct socket_ops node_socket_ops = {
  .name = "node",
  .bind = node_bind,
  .listen = node_listen,
  .connect = node_connect,
  .disconnect = node_disconnect,
  .flush = node_flush,
  .fails_at_once = true,
  .send = node_send,
  .resume = node_resume,
  .notify = node_notify,
  .set_option = emwake_node_set_option,
  .close = node_close,
};

const struct socket_ops *emwake_node_ops(void) {
  return &node_socket_ops;
}
