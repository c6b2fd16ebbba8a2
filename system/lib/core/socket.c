/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The life of a socket, its readiness, and what its backend reports.
 */
#define _GNU_SOURCE
#include "socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "kmem.h"
#include "socket_event.h"

#ifndef TIOCOUTQ
#define TIOCOUTQ 0x5411
#endif
#ifndef SIOCATMARK
#define SIOCATMARK 0x8905
#endif

void (*socket_event_hook)(struct socket *s, enum socket_event event, int error);

#define READABLE (POLLIN | POLLRDNORM)
#define WRITABLE (POLLOUT | POLLWRNORM)

/* ---- Readiness ------------------------------------------------------------------------------- */

/* tcp_poll() */
static int stream_poll(const struct socket *s) {
  if (s->state == SOCKET_LISTENING) {
    return s->first_waiting ? READABLE : 0;
  }
  int mask = 0;
  if (s->shutdown == SHUTDOWN_BOTH || s->state == SOCKET_CLOSED) {
    mask |= POLLHUP;
  }
  if (s->shutdown & SHUTDOWN_RECEIVE) {
    mask |= READABLE | POLLRDHUP;
  }
  if (s->state != SOCKET_SYN_SENT) {
    if (stream_is_readable(s)) {
      mask |= READABLE;
    }
    if ((s->shutdown & SHUTDOWN_SEND) || stream_is_writable(s)) {
      mask |= WRITABLE;
    }
  }
  return s->error ? mask | POLLERR : mask;
}

/* datagram_poll() */
static int datagram_poll(const struct socket *s) {
  int mask = s->error ? POLLERR : 0;
  if (s->shutdown & SHUTDOWN_RECEIVE) {
    mask |= READABLE | POLLRDHUP;
  }
  if (s->shutdown == SHUTDOWN_BOTH) {
    mask |= POLLHUP;
  }
  if (s->first_datagram) {
    mask |= READABLE;
  }
  if (datagram_is_writable(s)) {
    mask |= WRITABLE | POLLWRBAND;
  }
  return mask;
}

static int socket_poll(struct node *n) {
  struct socket *s = (struct socket *)n;
  lock_acquire(&s->lock);
  int mask = socket_is_stream(s) ? stream_poll(s) : datagram_poll(s);
  lock_release(&s->lock);
  return mask;
}

/* ---- As a file ------------------------------------------------------------------------------- */

static ssize_t stream_file_read(struct file *f, struct iov_iter *it) {
  if (!it->count) {
    return 0; /* sock_read_iter() */
  }
  return stream_receive(socket_of_file(f), it, f->flags & O_NONBLOCK ? MSG_DONTWAIT : 0);
}

static ssize_t stream_file_write(struct file *f, struct iov_iter *it) {
  return stream_send(socket_of_file(f), it);
}

static int64_t socket_timeout(struct node *n, int events) {
  const struct socket *s = (struct socket *)n;
  return events & POLLIN ? s->options.receive_timeout : s->options.send_timeout;
}

/* tcp_ioctl(), udp_ioctl(). The caller holds the lock. */
static int count_bytes(const struct socket *s, unsigned long request, int *count) {
  switch (request) {
    case FIONREAD:
      if (s->state == SOCKET_LISTENING) {
        return -EINVAL;
      }
      *count = socket_is_stream(s) ? (int)s->received.len
               : s->first_datagram ? (int)s->first_datagram->len
                                   : 0;
      return 0;
    case TIOCOUTQ:
      if (s->state == SOCKET_LISTENING) {
        return -EINVAL;
      }
      *count = (int)(s->output_len + s->in_transit);
      return 0;
    case SIOCATMARK:
      *count = 0;
      return socket_is_stream(s) ? 0 : -ENOTTY;
    default:
      return -ENOTTY;
  }
}

static int socket_ioctl(struct file *f, unsigned long request, void *arg) {
  struct socket *s = socket_of_file(f);
  int count;
  lock_acquire(&s->lock);
  int err = count_bytes(s, request, &count);
  lock_release(&s->lock);
  if (err) {
    return err;
  }
  if (!arg) {
    return -EFAULT;
  }
  *(int *)arg = count;
  return 0;
}

static void close_waiting(struct socket *first) {
  while (first) {
    struct socket *next = first->next_waiting;
    first->unaccepted = false;
    first->next_waiting = NULL;
    first->options.linger = true;
    first->options.linger_seconds = 0;
    first->node.ops->close(&first->node);
    node_put(&first->node);
    first = next;
  }
}

/* tcp_close(): unread data and SO_LINGER with no time make it a reset. */
static void socket_close(struct node *n) {
  struct socket *s = (struct socket *)n;
  lock_acquire(&s->lock);
  if (s->unaccepted) {
    lock_release(&s->lock);
    return;
  }
  bool reset = s->received.len || (s->options.linger && !s->options.linger_seconds);
  bool carried = s->carried;
  bool ended = s->ended;
  struct socket *waiting = s->first_waiting;
  s->first_waiting = s->last_waiting = NULL;
  s->waiting = 0;
  s->closed = true;
  s->carried = false;
  s->state = SOCKET_CLOSED;
  sock_buffer_clear(&s->received);
  datagram_clear(s);
  lock_release(&s->lock);
  socket_port_remove(s);
  close_waiting(waiting);
  if (carried) {
    s->ops->close(s, reset);
  }
  if (!ended) {
    socket_event(s, SOCKET_EVENT_CLOSE, 0);
  }
}

static void socket_free(struct node *n) {
  struct socket *s = (struct socket *)n;
  sock_buffer_clear(&s->received);
  datagram_clear(s);
  kmem_free(s->output, s->output_capacity);
  kmem_free(s, sizeof *s);
}

#define SOCKET_NODE_OPS                                                                            \
  .name = "socket", .mode = S_IFSOCK | 0777, .poll = socket_poll, .timeout = socket_timeout,       \
  .ioctl = socket_ioctl, .socket = &emwake_inet_family, .setfl_mask = O_ASYNC,                     \
  .close = socket_close, .free = socket_free

static const struct node_ops stream_node_ops = {
  SOCKET_NODE_OPS,
  .read = stream_file_read,
  .write = stream_file_write,
};

/* Read and written by the family: one datagram a call, and EPIPE has no signal. */
static const struct node_ops datagram_node_ops = {SOCKET_NODE_OPS};

struct socket *socket_new(int domain, int type, int protocol) {
  struct socket *s = kmem_zalloc(sizeof *s);
  if (!s) {
    return NULL;
  }
  node_init(&s->node, type == SOCK_STREAM ? &stream_node_ops : &datagram_node_ops);
  s->ops = socket_backend(domain, type);
  s->domain = domain;
  s->type = type;
  s->protocol = protocol;
  s->fd = -1;
  sock_address_any(&s->local, domain);
  sock_address_any(&s->peer, domain);
  socket_options_init(s);
  return s;
}

struct socket *socket_of_file(const struct file *f) {
  return f->node->ops->socket == &emwake_inet_family ? (struct socket *)f->node : NULL;
}

/* ---- Connections ----------------------------------------------------------------------------- */

int socket_take_error(struct socket *s) {
  int error = s->error;
  s->error = 0;
  return -error;
}

void socket_set_local(struct socket *s, const union sock_address *a) {
  lock_acquire(&s->lock);
  s->local = *a;
  lock_release(&s->lock);
}

void socket_set_peer(struct socket *s, const union sock_address *a) {
  lock_acquire(&s->lock);
  s->peer = *a;
  lock_release(&s->lock);
}

void socket_connected(struct socket *s) {
  lock_acquire(&s->lock);
  bool expected = s->state == SOCKET_SYN_SENT;
  if (expected) {
    s->state = SOCKET_ESTABLISHED;
  }
  bool flush = expected && s->output_ended;
  lock_release(&s->lock);
  if (!expected) {
    return;
  }
  socket_notify(s, ANY_EVENT); /* tcp_finish_connect() */
  socket_event(s, SOCKET_EVENT_OPEN, 0);
  if (flush) {
    s->ops->flush(s);
  }
}

/* tcp_done() */
static void end_connection(struct socket *s, int error) {
  lock_acquire(&s->lock);
  bool was_open = !s->closed && s->state != SOCKET_CLOSED;
  if (was_open) {
    s->state = SOCKET_CLOSED;
    s->ended = true;
    s->shutdown = SHUTDOWN_BOTH;
    if (error) {
      s->error = error;
    }
    s->output_len = 0;
    s->in_transit = 0;
  }
  lock_release(&s->lock);
  if (!was_open) {
    return;
  }
  socket_notify(s, ANY_EVENT);
  if (error) {
    socket_event(s, SOCKET_EVENT_ERROR, error);
  }
  socket_event(s, SOCKET_EVENT_CLOSE, 0);
}

void socket_failed(struct socket *s, int error) {
  end_connection(s, error);
}

void socket_finished(struct socket *s) {
  end_connection(s, 0);
}

void socket_report_error(struct socket *s, int error) {
  lock_acquire(&s->lock);
  if (!s->closed) {
    s->error = error;
  }
  lock_release(&s->lock);
  socket_notify(s, POLLERR);
  socket_event(s, SOCKET_EVENT_ERROR, error);
}

/* ---- Accepting ------------------------------------------------------------------------------- */

/* sk_acceptq_is_full(): a backlog of n holds n + 1. */
static bool queue_is_full(const struct socket *listener) {
  return listener->waiting > listener->backlog;
}

struct socket *socket_incoming(struct socket *listener) {
  struct socket *s = socket_new(listener->domain, listener->type, listener->protocol);
  if (!s) {
    return NULL;
  }
  lock_acquire(&listener->lock);
  bool full = queue_is_full(listener);
  bool open = !listener->closed && listener->state == SOCKET_LISTENING;
  if (open && full) {
    listener->stalled = true;
  }
  s->ops = listener->ops;
  s->options = listener->options;
  lock_release(&listener->lock);
  if (!open || full) {
    node_put(&s->node);
    return NULL;
  }
  s->carried = true;
  s->unaccepted = true;
  s->state = SOCKET_ESTABLISHED;
  s->phase = PHASE_CONNECTED;
  return s;
}

bool socket_queue(struct socket *listener, struct socket *s) {
  lock_acquire(&listener->lock);
  bool open = !listener->closed && listener->state == SOCKET_LISTENING;
  if (open) {
    if (listener->last_waiting) {
      listener->last_waiting->next_waiting = s;
    } else {
      listener->first_waiting = s;
    }
    listener->last_waiting = s;
    listener->waiting++;
  }
  lock_release(&listener->lock);
  if (!open) {
    close_waiting(s);
    return false;
  }
  socket_notify(listener, DATA_READY);
  socket_event(listener, SOCKET_EVENT_CONNECTION, 0);
  return true;
}

struct socket *socket_dequeue(struct socket *listener) {
  struct socket *s = listener->first_waiting;
  if (s) {
    listener->first_waiting = s->next_waiting;
    if (!s->next_waiting) {
      listener->last_waiting = NULL;
    }
    s->next_waiting = NULL;
    listener->waiting--;
  }
  return s;
}
