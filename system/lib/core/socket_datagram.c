/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Datagram sockets: the receive queue and sending. The checks are those of udp_sendmsg() and
 * __skb_recv_udp() in net/ipv4/udp.c.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "kmem.h"
#include "socket.h"
#include "socket_event.h"

/* The 16 bits of the header's length, less the headers of UDP and, in IPv4, of IP. */
#define MAX_LENGTH 0xffffu
#define MAX_PAYLOAD4 (MAX_LENGTH - 8 - 20)
#define MAX_PAYLOAD6 (MAX_LENGTH - 8)

/* ---- The queue ------------------------------------------------------------------------------- */

/* skb->truesize: the payload behind its headers and skb_shared_info, in a block of kmalloc(), and
   the sk_buff. */
static size_t true_size(size_t len) {
  size_t need = len + 64 + 320;
  size_t block = 512;
  while (block < need) {
    block *= 2;
  }
  return block + 256;
}

/* __udp_enqueue_schedule_skb(): the last one that is let in may go beyond the limit. */
char *socket_datagram_reserve(struct socket *s, size_t len, const union sock_address *source,
                              struct datagram **datagram) {
  lock_acquire(&s->lock);
  bool full = s->datagram_bytes > (size_t)s->options.receive_buffer;
  bool take = !full && !s->closed;
  if (full) {
    s->dropped++;
  }
  lock_release(&s->lock);
  struct datagram *d = take ? kmem_alloc(sizeof *d + len) : NULL;
  *datagram = d;
  if (!d) {
    return NULL;
  }
  d->next = NULL;
  d->source = *source;
  d->len = len;
  return d->bytes;
}

void socket_datagram_commit(struct socket *s, struct datagram *d) {
  lock_acquire(&s->lock);
  if (s->closed) {
    lock_release(&s->lock);
    kmem_free(d, sizeof *d + d->len);
    return;
  }
  if (s->last_datagram) {
    s->last_datagram->next = d;
  } else {
    s->first_datagram = d;
  }
  s->last_datagram = d;
  s->datagram_bytes += true_size(d->len);
  lock_release(&s->lock);
  socket_notify(s, DATA_READY);
  socket_event(s, SOCKET_EVENT_MESSAGE, 0);
}

static void drop_first(struct socket *s) {
  struct datagram *d = s->first_datagram;
  s->first_datagram = d->next;
  if (!d->next) {
    s->last_datagram = NULL;
  }
  s->datagram_bytes -= true_size(d->len);
  kmem_free(d, sizeof *d + d->len);
}

void datagram_clear(struct socket *s) {
  while (s->first_datagram) {
    drop_first(s);
  }
}

/* ---- Receiving ------------------------------------------------------------------------------- */

static ssize_t take_datagram(struct socket *s, struct iov_iter *it, int flags,
                             union sock_address *source, bool *truncated) {
  struct datagram *d = s->first_datagram;
  size_t len = d->len;
  size_t n = iov_iter_copy_to(it, d->bytes, len);
  if (source) {
    *source = d->source;
  }
  if (truncated) {
    *truncated = n < len;
  }
  if (!(flags & MSG_PEEK)) {
    drop_first(s);
  }
  return (ssize_t)(flags & MSG_TRUNC ? len : n);
}

ssize_t datagram_receive(struct socket *s, struct iov_iter *it, int flags,
                         union sock_address *source, bool *truncated) {
  ssize_t r;
  lock_acquire(&s->lock);
  if (s->error) {
    r = socket_take_error(s);
  } else if (s->first_datagram) {
    r = take_datagram(s, it, flags, source, truncated);
  } else {
    /* __skb_wait_for_more_packets(): only who would wait is told of the end. */
    r = (s->shutdown & SHUTDOWN_RECEIVE) && !(flags & MSG_DONTWAIT) ? 0 : -EAGAIN;
  }
  lock_release(&s->lock);
  return r;
}

/* ---- Sending --------------------------------------------------------------------------------- */

/* sock_writeable() */
bool datagram_is_writable(const struct socket *s) {
  return s->in_transit < (size_t)s->options.send_buffer / 2;
}

/* The caller holds the lock. */
static int check_send(struct socket *s, const union sock_address *to, size_t len) {
  if (len > MAX_LENGTH) {
    return -EMSGSIZE;
  }
  if (to && !sock_address_port(to)) {
    return -EINVAL;
  }
  if (!to && s->state != SOCKET_ESTABLISHED) {
    return -EDESTADDRREQ;
  }
  if (to && sock_address_is_broadcast(to) && !socket_int_option(s, SOL_SOCKET, SO_BROADCAST)) {
    return -EACCES;
  }
  if (len > (s->domain == AF_INET6 ? MAX_PAYLOAD6 : MAX_PAYLOAD4)) {
    return -EMSGSIZE;
  }
  if (s->error) {
    return socket_take_error(s);
  }
  if (s->shutdown & SHUTDOWN_SEND) {
    return -EPIPE;
  }
  return s->in_transit && s->in_transit + len > (size_t)s->options.send_buffer ? -EAGAIN : 0;
}

/* The list in one piece, which is put together in *copy unless the list is one. */
static const void *in_one_piece(struct iov_iter *it, char **copy) {
  if (it->segments && it->iov->iov_len - it->offset >= it->count) {
    return (char *)it->iov->iov_base + it->offset;
  }
  *copy = kmem_alloc(it->count);
  if (*copy) {
    struct iov_iter from = *it;
    iov_iter_copy_from(&from, *copy, it->count);
  }
  return *copy;
}

static int hand_over(struct socket *s, struct iov_iter *it, const union sock_address *to) {
  char *copy = NULL;
  const void *data = in_one_piece(it, &copy);
  if (!data && it->count) {
    return -ENOBUFS;
  }
  int err = s->ops->send(s, to, data, it->count);
  kmem_free(copy, it->count);
  return err;
}

ssize_t datagram_send(struct socket *s, struct iov_iter *it, const union sock_address *to) {
  size_t len = it->count;
  lock_acquire(&s->lock);
  int err = check_send(s, to, len);
  lock_release(&s->lock);
  if (!err) {
    err = socket_autobind(s);
  }
  if (err) {
    return err;
  }
  lock_acquire(&s->lock);
  s->in_transit += len;
  lock_release(&s->lock);
  err = hand_over(s, it, to);
  if (err) {
    socket_sent(s, len);
    return err;
  }
  it->count = 0;
  return (ssize_t)len;
}
