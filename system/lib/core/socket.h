/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Internet sockets: stream (TCP) and datagram (UDP), IPv4 and IPv6.
 *
 * Everything that a system call answers from stands in struct socket, in linear memory: any thread
 * receives, polls, accepts and asks without leaving it. What carries the bytes is a backend, a
 * table of functions (struct socket_ops); it moves the state on by the functions socket_*() below.
 * The system calls come in through emwake_inet_family (socket_family.h).
 *
 * The states and the order of the checks are those of the kernel (net/ipv4/af_inet.c, tcp.c,
 * udp.c), so that a program sees the same errno in the same situation.
 *
 *   socket.c           life of a socket, connection states, what a backend reports
 *   socket_port.c      which addresses are taken
 *   socket_call.c      bind, listen, connect, accept, shutdown, names
 *   socket_stream.c    bytes: send, recv
 *   stream_window.c    how many bytes are taken ahead of the program
 *   socket_datagram.c  datagrams: send, recv
 *   socket_message.c   messages and their flags over the two
 *   socket_option.c    getsockopt, setsockopt
 */
#ifndef EMWAKE_CORE_SOCKET_H
#define EMWAKE_CORE_SOCKET_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "file.h"
#include "iov_iter.h"
#include "lock.h"
#include "node.h"
#include "sock_address.h"
#include "sock_buffer.h"
#include "socket_family.h"
#include "sol_socket.h"

struct socket;

/*
 * What carries a socket. All functions are called without locks, from any thread, and none blocks;
 * those with a result return 0 or -errno. Bytes and datagrams that it was given to carry are
 * counted against SO_SNDBUF until it says socket_sent().
 */
struct socket_ops {
  const char *name;
  /* Gives s a local address and reports it by socket_set_local(). a has the domain's family. */
  int (*bind)(struct socket *s, const union sock_address *a);
  /* From now on connections may come: socket_incoming(), socket_queue(). s is bound. */
  int (*listen)(struct socket *s, int backlog);
  /* Stream: starts to connect; the end is socket_connected() or socket_failed(). Datagram: binds if
     need be, and has the peer set when it returns. */
  int (*connect)(struct socket *s, const union sock_address *a);
  /* Datagram: there is no peer any more. */
  void (*disconnect)(struct socket *s);
  /* Stream: s has bytes to send, or its end of the stream (socket_take_output()). If peer_ended,
     the connection is likely to be reset: then it hands them over before it returns, if it can. */
  void (*flush)(struct socket *s);
  /* A failure of what flush hands over is one of the call that has sent it, not of the next. */
  bool fails_at_once;
  /* Datagram: to NULL is the peer. Takes a copy of data if it needs it later. */
  int (*send)(struct socket *s, const union sock_address *to, const void *data, size_t len);
  /* Stream: s takes bytes again after socket_receive_commit() said no. Listener: it takes
     connections again after socket_incoming() said no. */
  void (*resume)(struct socket *s);
  /* Tells those who wait for s of what the backend has reported. NULL: at once. A backend whose
     reports come in bursts puts it off to the end of the burst, so that a program wakes up once. */
  void (*notify)(struct socket *s, int events);
  /* An option that the backend may want to know of has got a new value, or a connection has been
     made on which it is not the default. NULL: none is of interest. */
  int (*set_option)(struct socket *s, int level, int name, const void *value, size_t len);
  /* Nobody will ask for s again. Unless reset, what s had to send is still to be sent. Called once,
     and only if any of the above was. */
  void (*close)(struct socket *s, bool reset);
};

/* The backend for a new socket, or NULL if there is none. The host provides this function. */
const struct socket_ops *socket_backend(int domain, int type);

/* sk->sk_state. Halves that have ended are in socket.shutdown. */
enum socket_state { SOCKET_CLOSED, SOCKET_SYN_SENT, SOCKET_ESTABLISHED, SOCKET_LISTENING };

/* socket->state: how far connect(2) has told the caller. */
enum socket_phase { PHASE_UNCONNECTED, PHASE_CONNECTING, PHASE_CONNECTED, PHASE_DISCONNECTING };

enum { SHUTDOWN_RECEIVE = 1, SHUTDOWN_SEND = 2, SHUTDOWN_BOTH = 3 };

struct datagram {
  struct datagram *next;
  union sock_address source;
  size_t len;
  char bytes[];
};

/* What each byte that goes through needs comes first: thousands of sockets do not fit the caches. */
struct socket {
  struct node node;
  struct lock lock; /* of everything below but what does not change: domain, type, ops */
  const struct socket_ops *ops;
  int domain, type, protocol;
#if EMWAKE_THREADS /* looked at without the lock as well */
  _Atomic enum socket_state state;
  _Atomic enum socket_phase phase;
#else
  enum socket_state state;
  enum socket_phase phase;
#endif
  int error; /* SO_ERROR: a positive errno */
  int shutdown;
  bool peer_ended;    /* the peer's FIN has come */
  bool ended;         /* by its peer or an error, not by the program */
  bool closed;        /* no descriptor is left */
  bool carried;       /* the backend knows of it */
  bool bound_address; /* bind() named an interface */
  bool bound_port;    /* bind() named a port */
  bool output_ended;  /* a FIN is to be sent */
  bool stalled;       /* the backend waits for resume() */
  bool unaccepted;    /* in a listener's queue */
  bool outside;       /* the backend beyond the loopback knows of it: socket_route.c */
  /* Stream: what was received and not read. */
  struct sock_buffer received;
  size_t window; /* what it has been tuned to, or 0: stream_window.h */
  /* Stream: what was sent and not yet given to the backend. */
  char *output;
  size_t output_len, output_capacity;
  /* What the backend carries. */
  size_t in_transit;
  /* The backend's own. */
  void *backend_data;
  struct socket *backend_next, *notify_next;
  int notify_events;
  unsigned sent_at_event;
  int lone_sends;
  struct socket_options options;
  union sock_address local, peer;
  int64_t stalled_at; /* host_now() */
  /* Datagrams received and not read. */
  struct datagram *first_datagram, *last_datagram;
  size_t datagram_bytes; /* with the kernel's overhead */
  unsigned dropped;
  /* Listener: connections that nobody has accepted. */
  struct socket *first_waiting, *last_waiting, *next_waiting;
  int waiting, backlog;
  struct socket *next_bound; /* see socket_port.c */
  /* The descriptor it was created with, for callbacks that name one. */
  int fd;
};

/* ---- System calls ---------------------------------------------------------------------------- */

/* socket(2) of what socket_check_kind() let pass. flags: O_NONBLOCK, O_CLOEXEC. */
int inet_open(int domain, int type, int protocol, int flags);

extern const struct socket_family emwake_inet_family;

/* ---- For backends: what has happened --------------------------------------------------------- */

/* All of these may be called from any thread, without locks, and for a closed socket. */

void socket_set_local(struct socket *s, const union sock_address *a);
void socket_set_peer(struct socket *s, const union sock_address *a);

/* A connection is there; its addresses have been set. */
void socket_connected(struct socket *s);

/* It is over with an error: refused, reset, timed out. */
void socket_failed(struct socket *s, int error);

/* Both directions have ended in order. */
void socket_finished(struct socket *s);

/* Datagram: an error that belongs to no call, such as an ICMP message. */
void socket_report_error(struct socket *s, int error);

/* Stream: room for len bytes in one piece (NULL: no memory), to be filled and committed before any
   other call. commit returns whether more may come; if not, s calls ops->resume() when it may. */
char *socket_receive_reserve(struct socket *s, size_t len);

/* Stream: how much more s is to be given. 0: it calls ops->resume() when it may be given some. */
size_t socket_receive_room(struct socket *s);

bool socket_receive_commit(struct socket *s, size_t len);

/* Stream: its program has ended both directions. What still comes is answered by a reset. */
bool socket_takes_no_data(struct socket *s);

/* Stream: the peer's FIN. */
void socket_receive_end(struct socket *s);

/*
 * Datagram: the same for one datagram of len bytes. NULL: it is dropped, because the queue is full
 * or s is closed.
 */
char *socket_datagram_reserve(struct socket *s, size_t len, const union sock_address *source,
                              struct datagram **datagram);
void socket_datagram_commit(struct socket *s, struct datagram *datagram);

/* What is to be sent on a stream: bytes (NULL: none), and if end the FIN behind them. The bytes count
   as in transit from now on; the caller frees what it has taken. */
struct socket_output {
  char *bytes;
  size_t len, capacity;
  bool end;
};
void socket_take_output(struct socket *s, struct socket_output *output);
void socket_output_free(struct socket_output *output);

/* The backend no longer holds n bytes of those in transit. */
void socket_sent(struct socket *s, size_t n);

/*
 * A connection has come to a listener: a new socket that inherits from it, which the backend gives
 * its addresses and then queues. NULL: the queue is full (the listener will call ops->resume()) or
 * the listener is closed, or there is no memory. socket_queue() returns false, and s is gone, if
 * the listener has been closed meanwhile.
 */
struct socket *socket_incoming(struct socket *listener);
bool socket_queue(struct socket *listener, struct socket *s);

/* ---- Between the files of the core's sockets ------------------------------------------------- */

struct socket *socket_new(int domain, int type, int protocol);

/* The socket behind f, or NULL. */
struct socket *socket_of_file(const struct file *f);

/* Those of emwake_inet_family that are in files of their own. */
ssize_t inet_send(struct file *f, int fd, struct socket_message *m, int flags);
ssize_t inet_receive(struct file *f, int fd, struct socket_message *m, int flags);
int inet_get_option(struct file *f, int level, int name, void *value, socklen_t *len);
int inet_set_option(struct file *f, int level, int name, const void *value, socklen_t len);

static inline bool socket_is_stream(const struct socket *s) {
  return s->type == SOCK_STREAM;
}

/* sock_error(): the pending error, once, as -errno. The caller holds the lock. */
int socket_take_error(struct socket *s);

/* Tells those who wait of a change that the backend has reported. */
static inline void socket_notify(struct socket *s, int events) {
  if (s->ops->notify) {
    s->ops->notify(s, events);
  } else {
    notify_node_listeners(&s->node, events);
  }
}

/* Gives s a local address if it has none. */
int socket_autobind(struct socket *s);

/* The addresses that streams of this program have bound. */
bool socket_port_is_taken(const struct socket *s, const union sock_address *a);
void socket_port_add(struct socket *s);
void socket_port_remove(struct socket *s);

/* The listener's queue, for accept and close: the one that waits longest, or NULL. The caller holds
   the lock. */
struct socket *socket_dequeue(struct socket *listener);

/* accept(2), one try: 0, -EINVAL or -EAGAIN. *accepted is the caller's, and still "unaccepted". */
int socket_take_connection(struct socket *listener, struct socket **accepted);

/* One try, without waiting: -EAGAIN. */
ssize_t stream_send(struct socket *s, struct iov_iter *it);
ssize_t stream_receive(struct socket *s, struct iov_iter *it, int flags);
ssize_t datagram_send(struct socket *s, struct iov_iter *it, const union sock_address *to);
/* source and truncated may be NULL. flags has MSG_DONTWAIT if the caller is not going to wait. The
   result is what recvmsg(2) returns. */
ssize_t datagram_receive(struct socket *s, struct iov_iter *it, int flags,
                         union sock_address *source, bool *truncated);
void datagram_clear(struct socket *s);

bool stream_is_readable(const struct socket *s);
bool stream_is_writable(const struct socket *s);
bool datagram_is_writable(const struct socket *s);

void socket_options_init(struct socket *s);
/* Tells the backend about all options that it has to know and that are not at their default. */
void socket_options_apply(struct socket *s);
/* An int option whose name is known to exist. */
int socket_int_option(const struct socket *s, int level, int name);

#endif
