/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * socket, bind, listen, connect, accept, shutdown, getsockname, getpeername: the states of a socket
 * as net/socket.c and net/ipv4/af_inet.c have them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include "host.h"
#include "socket.h"
#include "socket_event.h"

/* ---- socket ---------------------------------------------------------------------------------- */

static int open_socket(struct socket *s, int flags) {
  int fd = fd_open(&s->node, O_RDWR | flags);
  if (fd >= 0) {
    s->fd = fd;
  }
  return fd;
}

int inet_open(int domain, int type, int protocol, int flags) {
  if (!protocol) {
    protocol = type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
  }
  struct socket *s = socket_new(domain, type, protocol);
  return s ? open_socket(s, flags) : -ENOMEM;
}

/* ---- bind and listen ------------------------------------------------------------------------- */

static bool is_bound(struct socket *s) {
  lock_acquire(&s->lock);
  bool bound = sock_address_port(&s->local) != 0;
  lock_release(&s->lock);
  return bound;
}

/* -ENETDOWN without a backend; else s is the backend's from now on, until it is closed. */
static int carry(struct socket *s) {
  if (!s->ops) {
    return -ENETDOWN;
  }
  lock_acquire(&s->lock);
  s->carried = true;
  lock_release(&s->lock);
  return 0;
}

/* Another thread has dissolved what the backend has just made, before it was made. */
static int settle(struct socket *s, int err) {
  lock_acquire(&s->lock);
  bool dissolved = !err && !s->carried;
  lock_release(&s->lock);
  if (dissolved) {
    s->ops->close(s, true);
  }
  return err;
}

int socket_autobind(struct socket *s) {
  if (is_bound(s)) {
    return 0;
  }
  union sock_address any;
  sock_address_any(&any, s->domain);
  int err = carry(s);
  return err ? err : settle(s, s->ops->bind(s, &any));
}

/* __inet_bind(): AF_UNSPEC with INADDR_ANY is let pass for compatibility. */
static int bind_address(union sock_address *a, const struct sockaddr *addr, socklen_t len,
                        int domain) {
  int err = sock_address_in(a, addr, len, domain);
  if (err || a->any.sa_family != AF_UNSPEC) {
    return err;
  }
  if (domain == AF_INET && len < sizeof a->in) {
    return -EINVAL;
  }
  if (domain != AF_INET || !sock_address_is_any(a)) {
    return -EAFNOSUPPORT;
  }
  a->any.sa_family = AF_INET;
  return 0;
}

static int socket_bind(struct socket *s, const struct sockaddr *addr, socklen_t len) {
  union sock_address a;
  int err = bind_address(&a, addr, len, s->domain);
  if (err) {
    return err;
  }
  if (s->state != SOCKET_CLOSED || is_bound(s)) {
    return -EINVAL;
  }
  if (socket_is_stream(s) && sock_address_port(&a) && socket_port_is_taken(s, &a)) {
    return -EADDRINUSE;
  }
  err = carry(s);
  if (!err) {
    err = settle(s, s->ops->bind(s, &a));
  }
  if (err) {
    return err;
  }
  lock_acquire(&s->lock);
  s->bound_address = !sock_address_is_any(&a);
  s->bound_port = sock_address_port(&a) != 0;
  lock_release(&s->lock);
  if (socket_is_stream(s)) {
    socket_port_add(s);
  }
  return 0;
}

static int inet_bind(struct file *f, const struct sockaddr *addr, socklen_t len) {
  return socket_bind(socket_of_file(f), addr, len);
}

static int start_listening(struct socket *s, int backlog) {
  int err = socket_autobind(s);
  if (err) {
    return err;
  }
  lock_acquire(&s->lock);
  s->state = SOCKET_LISTENING;
  s->backlog = backlog;
  lock_release(&s->lock);
  err = settle(s, s->ops->listen(s, backlog));
  if (err) {
    lock_acquire(&s->lock);
    s->state = SOCKET_CLOSED;
    lock_release(&s->lock);
    return err;
  }
  socket_event(s, SOCKET_EVENT_LISTEN, 0);
  return 0;
}

/* Those who had no room may have it now. */
static void change_backlog(struct socket *s, int backlog) {
  lock_acquire(&s->lock);
  bool resume = s->stalled && backlog > s->backlog;
  s->backlog = backlog;
  if (resume) {
    s->stalled = false;
  }
  lock_release(&s->lock);
  if (resume) {
    s->ops->resume(s);
  }
}

static int inet_listen(struct file *f, int backlog) {
  struct socket *s = socket_of_file(f);
  if (!socket_is_stream(s)) {
    return -EOPNOTSUPP;
  }
  if (s->phase != PHASE_UNCONNECTED) {
    return -EINVAL;
  }
  if (s->state == SOCKET_LISTENING) {
    change_backlog(s, backlog);
    return 0;
  }
  return s->state == SOCKET_CLOSED ? start_listening(s, backlog) : -EINVAL;
}

/* ---- connect --------------------------------------------------------------------------------- */

/* tcp_disconnect() */
static int disconnect_stream(struct socket *s) {
  lock_acquire(&s->lock);
  bool carried = s->carried;
  bool was_open = s->state != SOCKET_CLOSED;
  bool abandoned = s->state == SOCKET_SYN_SENT || s->state == SOCKET_ESTABLISHED;
  s->carried = false;
  s->state = SOCKET_CLOSED;
  s->phase = PHASE_UNCONNECTED;
  s->shutdown = 0;
  s->error = abandoned ? ECONNRESET : 0;
  s->peer_ended = s->output_ended = s->stalled = false;
  s->output_len = s->in_transit = 0;
  sock_buffer_clear(&s->received);
  sock_address_any(&s->peer, s->domain);
  if (!s->bound_port) {
    sock_address_any(&s->local, s->domain);
  }
  lock_release(&s->lock);
  if (!s->bound_port) {
    socket_port_remove(s);
  }
  if (carried) {
    s->ops->close(s, true);
  }
  if (was_open) {
    notify_node_listeners(&s->node, ANY_EVENT);
  }
  return 0;
}

/* __udp_disconnect() */
static int disconnect_datagram(struct socket *s) {
  if (s->state == SOCKET_ESTABLISHED) {
    s->ops->disconnect(s);
  }
  lock_acquire(&s->lock);
  int port = s->bound_port ? sock_address_port(&s->local) : 0;
  s->state = SOCKET_CLOSED;
  sock_address_any(&s->peer, s->domain);
  if (!s->bound_address) {
    sock_address_any(&s->local, s->domain);
  }
  sock_address_set_port(&s->local, port);
  lock_release(&s->lock);
  return 0;
}

static int connect_datagram(struct socket *s, const union sock_address *a) {
  if (sock_address_is_broadcast(a) && !socket_int_option(s, SOL_SOCKET, SO_BROADCAST)) {
    return -EACCES;
  }
  int err = carry(s);
  if (!err) {
    err = s->ops->connect(s, a);
  }
  if (err) {
    return err;
  }
  lock_acquire(&s->lock);
  s->state = SOCKET_ESTABLISHED;
  s->peer = *a;
  lock_release(&s->lock);
  return 0;
}

static bool is_no_host(const union sock_address *a) {
  return a->any.sa_family == AF_INET6 ? IN6_IS_ADDR_MULTICAST(&a->in6.sin6_addr)
                                      : IN_MULTICAST(ntohl(a->in.sin_addr.s_addr)) ||
                                          a->in.sin_addr.s_addr == htonl(INADDR_BROADCAST);
}

/* tcp_v4_connect(). The state changes first: the answer may come, on another thread, before
   ops->connect() returns. */
static int start_connecting(struct socket *s, const union sock_address *a) {
  if (is_no_host(a)) {
    return -ENETUNREACH;
  }
  int err = carry(s);
  if (err) {
    return err;
  }
  lock_acquire(&s->lock);
  s->state = SOCKET_SYN_SENT;
  s->ended = false;
  s->phase = PHASE_CONNECTING;
  s->shutdown = 0;
  s->error = 0;
  s->peer = *a;
  lock_release(&s->lock);
  err = settle(s, s->ops->connect(s, a));
  if (err) {
    lock_acquire(&s->lock);
    s->state = SOCKET_CLOSED;
    s->phase = PHASE_UNCONNECTED;
    sock_address_any(&s->peer, s->domain);
    lock_release(&s->lock);
    return err;
  }
  socket_options_apply(s);
  return 0;
}

/* The end of __inet_stream_connect(): the connection attempt is over. */
static int connect_result(struct socket *s) {
  lock_acquire(&s->lock);
  int err = 0;
  if (s->state == SOCKET_CLOSED) {
    err = socket_take_error(s);
    err = err ? err : -ECONNABORTED;
    s->phase = PHASE_UNCONNECTED;
    s->shutdown = 0;
    sock_address_any(&s->peer, s->domain);
  } else {
    s->phase = PHASE_CONNECTED;
  }
  lock_release(&s->lock);
  return err;
}

/* unfinished: what it is when the time is over. */
static int wait_for_connection(struct socket *s, struct file *f, int fd, int unfinished) {
  deadline_t deadline = deadline_after(s->options.send_timeout);
  while (s->state == SOCKET_SYN_SENT) {
    int err = file_wait(f, fd, POLLOUT, deadline);
    if (err) {
      return waiter_timed_out(err) ? unfinished : err;
    }
  }
  return connect_result(s);
}

/* __inet_stream_connect() */
static int connect_stream(struct socket *s, struct file *f, int fd, const union sock_address *a) {
  bool nonblocking = f->flags & O_NONBLOCK;
  int unfinished = -EALREADY;
  if (s->phase == PHASE_CONNECTED) {
    return -EISCONN;
  }
  if (s->phase == PHASE_DISCONNECTING) {
    return -EINVAL;
  }
  if (s->phase == PHASE_UNCONNECTED) {
    if (s->state != SOCKET_CLOSED) {
      return -EISCONN;
    }
    int err = start_connecting(s, a);
    if (err || nonblocking) {
      return err ? err : -EINPROGRESS;
    }
    unfinished = -EINPROGRESS;
  } else if (s->state == SOCKET_SYN_SENT && nonblocking) {
    return -EALREADY;
  }
  return wait_for_connection(s, f, fd, unfinished);
}

static int inet_connect(struct file *f, int fd, const struct sockaddr *addr, socklen_t len) {
  struct socket *s = socket_of_file(f);
  union sock_address a;
  int err = sock_address_in(&a, addr, len, s->domain);
  /* In the states in which the kernel does not look at the address, nor do we. */
  bool looks = !socket_is_stream(s) || s->phase == PHASE_UNCONNECTED;
  if (err && (looks || err == -EFAULT || len < sizeof a.any.sa_family)) {
    return err;
  }
  if (!err && a.any.sa_family == AF_UNSPEC) {
    return socket_is_stream(s) ? disconnect_stream(s) : disconnect_datagram(s);
  }
  if (!err) {
    sock_address_any_to_loopback(&a);
  }
  return socket_is_stream(s) ? connect_stream(s, f, fd, &a) : connect_datagram(s, &a);
}

/* ---- accept ---------------------------------------------------------------------------------- */

int socket_take_connection(struct socket *listener, struct socket **accepted) {
  lock_acquire(&listener->lock);
  bool listening = listener->state == SOCKET_LISTENING;
  *accepted = listening ? socket_dequeue(listener) : NULL;
  bool resume = *accepted && listener->stalled;
  if (resume) {
    listener->stalled = false;
  }
  lock_release(&listener->lock);
  if (resume) {
    listener->ops->resume(listener);
  }
  return !listening ? -EINVAL : *accepted ? 0 : -EAGAIN;
}

static ssize_t try_take_connection(struct file *f, void *accepted) {
  return socket_take_connection(socket_of_file(f), accepted);
}

/* inet_csk_wait_for_connect(): a connection wakes one of those who wait. */
static int wait_for_connections(struct socket *s, struct file *f, int fd,
                                struct socket **accepted) {
  int err = socket_take_connection(s, accepted);
  if (err != -EAGAIN || (f->flags & O_NONBLOCK)) {
    return err;
  }
  return (int)file_wait_try(f, fd, POLLIN, true, try_take_connection, accepted,
                            deadline_after(s->options.receive_timeout));
}

/* Without a free descriptor the connection goes on waiting, first in the queue. */
static void put_back(struct socket *listener, struct socket *s) {
  lock_acquire(&listener->lock);
  bool open = !listener->closed;
  if (open) {
    s->next_waiting = listener->first_waiting;
    listener->first_waiting = s;
    if (!listener->last_waiting) {
      listener->last_waiting = s;
    }
    listener->waiting++;
  }
  lock_release(&listener->lock);
  if (!open) {
    s->unaccepted = false;
    s->node.ops->close(&s->node);
    node_put(&s->node);
  }
}

/* What has happened to s while it had no descriptor. */
static void tell_what_happened(struct socket *s) {
  lock_acquire(&s->lock);
  bool message = s->received.len || s->peer_ended;
  bool closed = s->state == SOCKET_CLOSED;
  int error = s->error;
  lock_release(&s->lock);
  if (message) {
    socket_event(s, SOCKET_EVENT_MESSAGE, 0);
  }
  if (error) {
    socket_event(s, SOCKET_EVENT_ERROR, error);
  }
  if (closed) {
    socket_event(s, SOCKET_EVENT_CLOSE, 0);
  }
}

static int install_connection(struct socket *listener, struct socket *s, int flags) {
  node_get(&s->node);
  /* While it is "unaccepted", closing the description that could not be installed leaves it be. */
  int fd = open_socket(s, socket_descriptor_flags(flags));
  if (fd < 0) {
    put_back(listener, s);
    return fd;
  }
  lock_acquire(&s->lock);
  s->unaccepted = false;
  lock_release(&s->lock);
  tell_what_happened(s);
  node_put(&s->node);
  return fd;
}

static int inet_accept(struct file *f, int fd, struct sockaddr *addr, socklen_t *len, int flags) {
  struct socket *s = socket_of_file(f);
  struct socket *accepted;
  if (!socket_is_stream(s)) {
    return -EOPNOTSUPP;
  }
  int err = wait_for_connections(s, f, fd, &accepted);
  if (err) {
    return err;
  }
  union sock_address peer = accepted->peer;
  int new_fd = install_connection(s, accepted, flags);
  if (new_fd >= 0 && addr) {
    err = sock_address_out(&peer, addr, len);
    if (err) {
      host_fd_close(new_fd);
      return err;
    }
  }
  return new_fd;
}

/* ---- shutdown -------------------------------------------------------------------------------- */

/* inet_shutdown() */
static int shut_down_halves(struct socket *s, int halves) {
  lock_acquire(&s->lock);
  if (s->phase == PHASE_CONNECTING) {
    s->phase = s->state == SOCKET_ESTABLISHED ? PHASE_CONNECTED : PHASE_DISCONNECTING;
  }
  int err = s->state == SOCKET_CLOSED ? -ENOTCONN : 0;
  bool end = socket_is_stream(s) && s->state == SOCKET_ESTABLISHED &&
             (halves & ~s->shutdown & SHUTDOWN_SEND);
  s->shutdown |= halves;
  if (end) {
    s->output_ended = true;
  }
  lock_release(&s->lock);
  if (end) {
    s->ops->flush(s);
  }
  notify_node_listeners(&s->node, ANY_EVENT);
  return err;
}

static int inet_shutdown(struct file *f, int how) {
  struct socket *s = socket_of_file(f);
  if (how < SHUT_RD || how > SHUT_RDWR) {
    return -EINVAL;
  }
  int halves = how + 1;
  if (s->state == SOCKET_LISTENING && !(halves & SHUTDOWN_RECEIVE)) {
    return 0;
  }
  if (s->state == SOCKET_LISTENING || s->state == SOCKET_SYN_SENT) {
    return disconnect_stream(s);
  }
  return shut_down_halves(s, halves);
}

/* ---- Names ----------------------------------------------------------------------------------- */

static int inet_name(struct file *f, struct sockaddr *addr, socklen_t *len, bool peer) {
  struct socket *s = socket_of_file(f);
  lock_acquire(&s->lock);
  union sock_address a = peer ? s->peer : s->local;
  bool connected = s->state == SOCKET_ESTABLISHED && sock_address_port(&s->peer);
  lock_release(&s->lock);
  return peer && !connected ? -ENOTCONN : sock_address_out(&a, addr, len);
}

const struct socket_family emwake_inet_family = {
  .bind = inet_bind,
  .listen = inet_listen,
  .connect = inet_connect,
  .accept = inet_accept,
  .shutdown = inet_shutdown,
  .name = inet_name,
  .get_option = inet_get_option,
  .set_option = inet_set_option,
  .send = inet_send,
  .receive = inet_receive,
  .read = socket_read,
  .write = socket_write,
};
