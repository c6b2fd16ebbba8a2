/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * listen, connect, accept and shutdown of AF_UNIX sockets.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "host.h"
#include "unix.h"
#include "user_memory.h"

/* ---- listen ---------------------------------------------------------------------------------- */

int unix_listen(struct file *f, int backlog) {
  struct unix_socket *s = unix_of_file(f);
  if (s->type == SOCK_DGRAM) {
    return -EOPNOTSUPP;
  }
  int err = 0;
  lock_acquire(&emwake_unix_topology);
  lock_acquire(&s->lock);
  bool more = backlog > s->backlog;
  if (!s->has_address || (s->state != UNIX_CLOSED && s->state != UNIX_LISTENING)) {
    err = -EINVAL;
  } else {
    s->backlog = backlog;
    s->state = UNIX_LISTENING;
    s->peer_credentials = unix_own_credentials();
  }
  lock_release(&s->lock);
  lock_release(&emwake_unix_topology);
  if (!err && more) {
    unix_has_room(s);
  }
  if (!err && s->type == SOCK_STREAM && s->address.is_path) {
    err = host_socket_listen(s->address.inode, &s->node);
  }
  return err;
}

/* ---- connect: stream and seqpacket --------------------------------------------------------- */

/* The caller holds the lock of listener, and the topology's. */
static int check_listener(const struct unix_socket *listener) {
  if (listener->state != UNIX_LISTENING || (listener->shutdown & UNIX_SHUTDOWN_RECEIVE)) {
    return -ECONNREFUSED;
  }
  return unix_queue_is_full(listener) ? -EAGAIN : 0;
}

static int check_client(struct unix_socket *s) {
  lock_acquire(&s->lock);
  enum unix_state state = s->state;
  lock_release(&s->lock);
  switch (state) {
    case UNIX_ESTABLISHED:
      return -EISCONN;
    case UNIX_CONNECTING:
      return -EALREADY;
    case UNIX_LISTENING:
      return -EINVAL;
    default:
      return 0;
  }
}

static void append_waiting(struct unix_socket *listener, struct unix_socket *s) {
  if (listener->last_waiting) {
    listener->last_waiting->next_waiting = s;
  } else {
    listener->first_waiting = s;
  }
  listener->last_waiting = s;
  listener->queue_len++;
}

/* The other end of s, which will be accepted: what it has of the listener. */
static void inherit(struct unix_socket *end, const struct unix_socket *listener) {
  end->state = UNIX_ESTABLISHED;
  end->unaccepted = true;
  end->peer_credentials = unix_own_credentials();
  end->address = listener->address;
  end->has_address = listener->has_address;
  end->passes_credentials = unix_passes_credentials(listener);
}

/* All at once: nobody sees a connection that one end does not know of. Under the topology lock. */
static int join(struct unix_socket *s, struct unix_socket *listener, struct unix_socket *end) {
  lock_acquire(&listener->lock);
  int err = check_listener(listener);
  lock_release(&listener->lock);
  if (!err) {
    err = check_client(s);
  }
  if (err) {
    return err;
  }
  unix_set_peer(end, s);
  unix_set_peer(s, end);
  lock_acquire(&listener->lock);
  inherit(end, listener);
  struct unix_credentials credentials = listener->peer_credentials;
  append_waiting(listener, end);
  lock_release(&listener->lock);
  lock_acquire(&s->lock);
  s->state = UNIX_ESTABLISHED;
  s->peer_credentials = credentials;
  lock_release(&s->lock);
  return 0;
}

int unix_join(struct unix_socket *s, struct unix_socket *listener, struct unix_socket *end) {
  lock_acquire(&emwake_unix_topology);
  int err = join(s, listener, end);
  lock_release(&emwake_unix_topology);
  if (!err) {
    notify_node_listeners(&listener->node, DATA_READY);
  }
  return err;
}

/* One try. -EAGAIN: *full, with a reference, has no room. */
static int try_connect(struct unix_socket *s, const struct sockaddr_un *name, socklen_t len,
                       struct unix_socket *end, struct unix_socket **full) {
  struct unix_socket *listener;
  int err = unix_find(name, len, s->type, &listener);
  if (err) {
    return err;
  }
  err = unix_join(s, listener, end);
  if (err == -EAGAIN) {
    *full = listener;
    return err;
  }
  node_put(&listener->node);
  return err;
}

static int connect_or_wait(struct unix_socket *s, struct file *f, int fd,
                           const struct sockaddr_un *name, socklen_t len, struct unix_socket *end) {
  deadline_t deadline = deadline_after(s->options.send_timeout);
  bool waits = !socket_is_nonblocking(f, 0);
  for (;;) {
    struct unix_socket *full = NULL;
    int err = try_connect(s, name, len, end, &full);
    if (err != -EAGAIN || !full) {
      return err;
    }
    err = waits ? unix_wait_for_room(f, fd, full, deadline) : -EAGAIN;
    node_put(&full->node);
    if (err) {
      return waiter_timed_out(err) ? -EAGAIN : err;
    }
  }
}

static int connect_stream(struct unix_socket *s, struct file *f, int fd,
                          const struct sockaddr_un *name, socklen_t len) {
  if (check_client(s) == -EALREADY && !socket_is_nonblocking(f, 0)) {
    return unix_outside_wait(s, f, fd);
  }
  struct unix_socket *end = unix_socket_new(s->type);
  if (!end) {
    return -ENOMEM;
  }
  int err = connect_or_wait(s, f, fd, name, len, end);
  if (err) {
    unix_release(end, false);
    node_put(&end->node);
  }
  if (err == -ECONNREFUSED && s->type == SOCK_STREAM && !check_client(s) &&
      unix_is_outside(name, len)) {
    err = unix_outside_connect(s, f, fd, name, len);
  }
  return err;
}

/* ---- connect: datagram --------------------------------------------------------------------- */

void unix_disconnected(struct unix_socket *s, struct unix_socket *old) {
  lock_acquire(&s->reader); /* who may be looking at the first of them */
  lock_acquire(&s->lock);
  struct unix_packet *lost = s->first_packet;
  s->first_packet = s->last_packet = NULL;
  s->queue_len = 0;
  lock_release(&s->lock);
  lock_release(&s->reader);
  if (!lost) {
    return;
  }
  unix_has_room(s);
  lock_acquire(&old->lock);
  bool report = !old->dead && old->peer == s;
  if (report) {
    old->error = ECONNRESET;
  }
  lock_release(&old->lock);
  if (report) {
    notify_node_listeners(&old->node, POLLERR);
  }
  unix_packets_free(lost);
}

static bool may_send(struct unix_socket *s, struct unix_socket *other) {
  lock_acquire(&other->lock);
  bool may = !other->peer || other->peer == s;
  lock_release(&other->lock);
  return may;
}

/* other: NULL dissolves the association. */
static int set_datagram_peer(struct unix_socket *s, struct unix_socket *other) {
  lock_acquire(&emwake_unix_topology);
  int err = other && !may_send(s, other) ? -EPERM : 0;
  struct unix_socket *old = err ? NULL : unix_set_peer(s, other);
  lock_release(&emwake_unix_topology);
  if (err) {
    return err;
  }
  if (old && old != other) {
    notify_node_listeners(&s->node, UNIX_WRITABLE);
    unix_disconnected(s, old);
  }
  if (old) {
    node_put(&old->node);
  }
  return 0;
}

static int connect_datagram(struct unix_socket *s, const struct sockaddr_un *name, socklen_t len) {
  struct unix_socket *other;
  int err = unix_find(name, len, s->type, &other);
  if (err) {
    return err;
  }
  err = set_datagram_peer(s, other);
  node_put(&other->node);
  return err;
}

static int autobind_for_credentials(struct unix_socket *s) {
  return unix_passes_credentials(s) ? unix_autobind(s) : 0;
}

int unix_connect(struct file *f, int fd, const struct sockaddr *addr, socklen_t len) {
  struct unix_socket *s = unix_of_file(f);
  struct sockaddr_un name;
  socklen_t name_len;
  bool has_family = (int)len >= (int)sizeof addr->sa_family && user_range_ok(addr, len);
  if (s->type == SOCK_DGRAM && has_family && addr->sa_family == AF_UNSPEC) {
    return set_datagram_peer(s, NULL);
  }
  int err = unix_name_in(&name, &name_len, addr, len);
  if (!err) {
    err = autobind_for_credentials(s);
  }
  if (err) {
    return err;
  }
  return s->type == SOCK_DGRAM ? connect_datagram(s, &name, name_len)
                               : connect_stream(s, f, fd, &name, name_len);
}

/* ---- accept ---------------------------------------------------------------------------------- */

/* One try. On success *accepted is the caller's. */
static int take_connection(struct unix_socket *listener, struct unix_socket **accepted) {
  int err = 0;
  lock_acquire(&listener->lock);
  struct unix_socket *s = listener->first_waiting;
  if (listener->state != UNIX_LISTENING) {
    err = -EINVAL;
  } else if (!s) {
    err = listener->shutdown & UNIX_SHUTDOWN_RECEIVE ? -EINVAL : -EAGAIN;
  } else {
    listener->first_waiting = s->next_waiting;
    if (!s->next_waiting) {
      listener->last_waiting = NULL;
    }
    s->next_waiting = NULL;
    listener->queue_len--;
    *accepted = s;
  }
  lock_release(&listener->lock);
  if (!err) {
    unix_has_room(listener);
  }
  return err;
}

static ssize_t try_take_connection(struct file *f, void *accepted) {
  return take_connection(unix_of_file(f), accepted);
}

/* A connection wakes one of those who wait, as a packet does. */
static int take_or_wait(struct unix_socket *s, struct file *f, int fd,
                        struct unix_socket **accepted) {
  int err = take_connection(s, accepted);
  if (err != -EAGAIN || socket_is_nonblocking(f, 0)) {
    return err;
  }
  return (int)file_wait_try(f, fd, POLLIN, true, try_take_connection, accepted,
                            deadline_after(s->options.receive_timeout));
}

/* Without a free descriptor the connection goes on waiting, first in the queue. */
static void put_back(struct unix_socket *listener, struct unix_socket *s) {
  lock_acquire(&listener->lock);
  bool open = !listener->dead;
  if (open) {
    s->next_waiting = listener->first_waiting;
    listener->first_waiting = s;
    if (!s->next_waiting) {
      listener->last_waiting = s;
    }
    listener->queue_len++;
  }
  lock_release(&listener->lock);
  if (!open) {
    unix_release(s, true);
    node_put(&s->node);
  }
}

static int install_connection(struct unix_socket *listener, struct unix_socket *s, int flags) {
  node_get(&s->node);
  /* While it is "unaccepted", closing the description that could not be installed leaves it be. */
  int fd = unix_install(s, socket_descriptor_flags(flags));
  if (fd < 0) {
    put_back(listener, s);
    return fd;
  }
  lock_acquire(&s->lock);
  s->unaccepted = false;
  lock_release(&s->lock);
  node_put(&s->node);
  return fd;
}

/* What getpeername() says, but of no length for a peer without a name. */
static int peer_name_out(int fd, struct sockaddr *addr, socklen_t *len) {
  struct file *f = file_get(fd);
  int err = f ? unix_name(f, addr, len, true) : -ECONNABORTED;
  if (f) {
    file_put(f);
  }
  return err == -ENOTCONN ? -ECONNABORTED : err;
}

int unix_accept(struct file *f, int fd, struct sockaddr *addr, socklen_t *len, int flags) {
  struct unix_socket *s = unix_of_file(f), *accepted;
  if (s->type == SOCK_DGRAM) {
    return -EOPNOTSUPP;
  }
  int err = take_or_wait(s, f, fd, &accepted);
  if (err) {
    return err;
  }
  int new_fd = install_connection(s, accepted, flags);
  if (new_fd >= 0 && addr) {
    err = peer_name_out(new_fd, addr, len);
    if (err) {
      host_fd_close(new_fd);
      return err;
    }
  }
  return new_fd;
}

/* ---- shutdown -------------------------------------------------------------------------------- */

static void shut_down(struct unix_socket *s, int halves) {
  lock_acquire(&s->lock);
  s->shutdown |= halves;
  lock_release(&s->lock);
  notify_node_listeners(&s->node, UNIX_EVENTS);
}

/* unix_shutdown(): what one end no longer sends, the other no longer receives. */
int unix_shutdown(struct file *f, int how) {
  struct unix_socket *s = unix_of_file(f);
  if (how < SHUT_RD || how > SHUT_RDWR) {
    return -EINVAL;
  }
  int halves = how + 1;
  shut_down(s, halves);
  wait_queue_notify(&s->room, POLLOUT); /* who waits to connect is refused now */
  struct unix_socket *peer = s->type == SOCK_DGRAM ? NULL : unix_peer_get(s);
  if (peer) {
    int theirs = (halves & UNIX_SHUTDOWN_RECEIVE ? UNIX_SHUTDOWN_SEND : 0) |
                 (halves & UNIX_SHUTDOWN_SEND ? UNIX_SHUTDOWN_RECEIVE : 0);
    shut_down(peer, theirs);
    node_put(&peer->node);
  }
  return 0;
}
