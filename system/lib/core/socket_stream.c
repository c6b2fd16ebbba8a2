/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Stream sockets: bytes in and out. The checks are those of tcp_sendmsg_locked() and
 * tcp_recvmsg_locked() in net/ipv4/tcp.c.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "kmem.h"
#include "socket.h"
#include "socket_event.h"
#include "stream_window.h"

/* ---- Sending --------------------------------------------------------------------------------- */

/* What send() takes before it has been told otherwise; the kernel tunes it between 16 KiB and 4 MiB
   (tcp_wmem). */
#define DEFAULT_SEND_LIMIT ((size_t)256 * 1024)

static size_t send_limit(const struct socket *s) {
  return s->options.send_buffer_set ? (size_t)s->options.send_buffer : DEFAULT_SEND_LIMIT;
}

static size_t unsent(const struct socket *s) {
  return s->output_len + s->in_transit;
}

/* __sk_stream_is_writeable(): free space of at least half of what is used. */
bool stream_is_writable(const struct socket *s) {
  size_t used = unsent(s), limit = send_limit(s);
  return used < limit && limit - used >= used / 2;
}

static bool reserve_output(struct socket *s, size_t n) {
  size_t need = s->output_len + n;
  if (need <= s->output_capacity) {
    return true;
  }
  size_t capacity = 512;
  while (capacity < need) { /* what kmem_alloc() takes anyway */
    capacity *= 2;
  }
  char *output = kmem_alloc(capacity);
  if (!output) {
    return false;
  }
  if (s->output_len) {
    memcpy(output, s->output, s->output_len);
  }
  kmem_free(s->output, s->output_capacity);
  s->output = output;
  s->output_capacity = capacity;
  return true;
}

static ssize_t put_output(struct socket *s, struct iov_iter *it) {
  size_t used = unsent(s), limit = send_limit(s);
  if (!it->count) {
    return 0;
  }
  if (used >= limit) {
    return -EAGAIN;
  }
  size_t n = it->count < limit - used ? it->count : limit - used;
  if (!reserve_output(s, n)) {
    return -ENOBUFS;
  }
  iov_iter_copy_from(it, s->output + s->output_len, n);
  s->output_len += n;
  return (ssize_t)n;
}

/* sk_stream_error(): the pending error goes before EPIPE. */
static int broken_pipe(struct socket *s) {
  int err = socket_take_error(s);
  return err ? err : -EPIPE;
}

static ssize_t try_send(struct socket *s, struct iov_iter *it) {
  if (s->state == SOCKET_SYN_SENT && !s->error && !(s->shutdown & SHUTDOWN_SEND)) {
    return -EAGAIN;
  }
  if (s->state != SOCKET_ESTABLISHED || s->error || (s->shutdown & SHUTDOWN_SEND)) {
    return broken_pipe(s);
  }
  return put_output(s, it);
}

/* Bytes to a peer that has ended are flushed at once, and that may have failed at once. */
static ssize_t still_open(struct socket *s, ssize_t sent) {
  if (!s->ops->fails_at_once) {
    return sent;
  }
  lock_acquire(&s->lock);
  ssize_t r = s->peer_ended && s->state == SOCKET_CLOSED ? broken_pipe(s) : sent;
  lock_release(&s->lock);
  return r;
}

ssize_t stream_send(struct socket *s, struct iov_iter *it) {
  lock_acquire(&s->lock);
  ssize_t r = try_send(s, it);
  lock_release(&s->lock);
  if (r > 0) {
    s->ops->flush(s);
    r = still_open(s, r);
  }
  return r;
}

void socket_take_output(struct socket *s, struct socket_output *output) {
  lock_acquire(&s->lock);
  *output = (struct socket_output){
    .bytes = s->output,
    .len = s->output_len,
    .capacity = s->output_capacity,
  };
  if (s->output) {
    s->in_transit += s->output_len;
    s->output = NULL;
    s->output_len = s->output_capacity = 0;
  }
  if (s->state != SOCKET_SYN_SENT) {
    output->end = s->output_ended;
    s->output_ended = false;
  }
  lock_release(&s->lock);
}

void socket_output_free(struct socket_output *output) {
  kmem_free(output->bytes, output->capacity);
}

void socket_sent(struct socket *s, size_t n) {
  lock_acquire(&s->lock);
  bool was_writable = socket_is_stream(s) ? stream_is_writable(s) : datagram_is_writable(s);
  s->in_transit -= n < s->in_transit ? n : s->in_transit;
  bool is_writable = socket_is_stream(s) ? stream_is_writable(s) : datagram_is_writable(s);
  lock_release(&s->lock);
  if (is_writable && !was_writable) {
    socket_notify(s, POLLOUT | POLLWRNORM);
    if (socket_is_stream(s)) {
      socket_event(s, SOCKET_EVENT_OPEN, 0);
    }
  }
}

/* ---- Receiving ------------------------------------------------------------------------------- */

/* sock_rcvlowat() */
bool stream_is_readable(const struct socket *s) {
  size_t target = (size_t)s->options.receive_low_water;
  size_t limit = (size_t)s->options.receive_buffer;
  return s->received.len && s->received.len >= (target < limit ? target : limit);
}

static ssize_t at_end(struct socket *s) {
  if (s->peer_ended) {
    return 0;
  }
  if (s->error) {
    return socket_take_error(s);
  }
  if (s->shutdown & SHUTDOWN_RECEIVE) {
    return 0;
  }
  return s->state == SOCKET_CLOSED ? -ENOTCONN : -EAGAIN;
}

static ssize_t take_received(struct socket *s, struct iov_iter *it, int flags) {
  size_t n = s->received.len < it->count ? s->received.len : it->count;
  if (flags & MSG_TRUNC) { /* tcp(7): the bytes are discarded */
    it->count -= n;
  } else {
    n = sock_buffer_peek(&s->received, it, n);
  }
  if (!(flags & MSG_PEEK)) {
    sock_buffer_drop(&s->received, n);
  }
  return (ssize_t)n;
}

ssize_t stream_receive(struct socket *s, struct iov_iter *it, int flags) {
  ssize_t r;
  lock_acquire(&s->lock);
  if (s->state == SOCKET_LISTENING) {
    r = -ENOTCONN;
  } else if (s->received.len) {
    r = take_received(s, it, flags);
  } else {
    r = at_end(s);
  }
  bool resume = stream_window_reopen(s);
  lock_release(&s->lock);
  if (resume) {
    s->ops->resume(s);
  }
  return r;
}

char *socket_receive_reserve(struct socket *s, size_t len) {
  lock_acquire(&s->lock);
  char *p = sock_buffer_reserve(&s->received, len);
  if (!p) {
    lock_release(&s->lock);
  }
  return p;
}

size_t socket_receive_room(struct socket *s) {
  lock_acquire(&s->lock);
  size_t limit = stream_window(s);
  size_t room = s->received.len < limit ? limit - s->received.len : 0;
  if (!room) {
    stream_window_full(s);
  }
  lock_release(&s->lock);
  return room;
}

bool socket_receive_commit(struct socket *s, size_t len) {
  sock_buffer_commit(&s->received, len);
  bool more = s->received.len < stream_window(s);
  if (!more) {
    stream_window_full(s);
  }
  lock_release(&s->lock);
  socket_notify(s, DATA_READY);
  socket_event(s, SOCKET_EVENT_MESSAGE, 0);
  return more;
}

bool socket_takes_no_data(struct socket *s) {
  lock_acquire(&s->lock);
  bool ended = s->shutdown == SHUTDOWN_BOTH && !s->peer_ended;
  lock_release(&s->lock);
  return ended;
}

void socket_receive_end(struct socket *s) {
  lock_acquire(&s->lock);
  s->peer_ended = true;
  s->shutdown |= SHUTDOWN_RECEIVE;
  lock_release(&s->lock);
  socket_notify(s, ANY_EVENT); /* tcp_fin() */
  socket_event(s, SOCKET_EVENT_MESSAGE, 0);
}
