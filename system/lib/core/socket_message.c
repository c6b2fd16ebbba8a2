/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * sendto, recvfrom, sendmsg and recvmsg: over stream and datagram sockets, with the flags and the
 * time-outs of a call.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "socket.h"

/* Between two tries. Returns 0 to try again. */
static int wait_between(struct file *f, int fd, int events, deadline_t deadline) {
  int err = file_wait(f, fd, events, deadline);
  return waiter_timed_out(err) ? -EAGAIN : err;
}

/* ---- Sending --------------------------------------------------------------------------------- */

static ssize_t send_datagram(struct file *f, int fd, struct socket *s, struct iov_iter *it,
                             int flags, const union sock_address *to) {
  deadline_t deadline = deadline_after(s->options.send_timeout);
  for (;;) {
    ssize_t r = datagram_send(s, it, to);
    if (r != -EAGAIN || socket_is_nonblocking(f, flags)) {
      return r;
    }
    int err = wait_between(f, fd, POLLOUT, deadline);
    if (err) {
      return err;
    }
  }
}

/* udpv6_sendmsg(): an IPv6 socket sends to IPv4 addresses too, unless it is bound to one of IPv6 or
   was told not to. */
static int check_mapped(const struct socket *s, const union sock_address *to) {
  if (s->domain != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&to->in6.sin6_addr)) {
    return 0;
  }
  bool bound6 = !sock_address_is_any(&s->local) && !IN6_IS_ADDR_V4MAPPED(&s->local.in6.sin6_addr);
  return bound6 || socket_int_option(s, IPPROTO_IPV6, IPV6_V6ONLY) ? -ENETUNREACH : 0;
}

/* The destination of a datagram. AF_UNSPEC: the peer. */
static int destination(const struct socket *s, union sock_address *to, const struct sockaddr *addr,
                       socklen_t len) {
  int err = sock_address_in(to, addr, len, s->domain);
  if (err && s->domain == AF_INET6 && to->any.sa_family == AF_INET && len >= sizeof to->in) {
    sock_address_map(to);
    err = 0;
  }
  if (err) {
    return err;
  }
  if (to->any.sa_family == AF_UNSPEC && s->domain == AF_INET) { /* udp_sendmsg() */
    to->any.sa_family = AF_INET;
  }
  if (to->any.sa_family == AF_UNSPEC) {
    return 0;
  }
  sock_address_any_to_loopback(to);
  return check_mapped(s, to);
}

/* addr is NULL, or as it came from the caller. */
static ssize_t send_message(struct file *f, int fd, struct socket *s, struct iov_iter *it,
                            int flags, const struct sockaddr *addr, socklen_t len) {
  if (flags & MSG_OOB) {
    return -EOPNOTSUPP;
  }
  if (socket_is_stream(s)) { /* tcp_sendmsg() does not look at the address */
    return file_write(f, fd, it, socket_is_nonblocking(f, flags), flags & MSG_NOSIGNAL,
                      deadline_after(s->options.send_timeout));
  }
  union sock_address to = {.any.sa_family = AF_UNSPEC};
  int err = addr ? destination(s, &to, addr, len) : 0;
  if (err) {
    return err;
  }
  bool to_peer = to.any.sa_family == AF_UNSPEC;
  return send_datagram(f, fd, s, it, flags, to_peer ? NULL : &to);
}

ssize_t inet_send(struct file *f, int fd, struct socket_message *m, int flags) {
  return send_message(f, fd, socket_of_file(f), &m->data, flags, m->to, m->to_len);
}

/* ---- Receiving ------------------------------------------------------------------------------- */

static bool has_error(struct socket *s) {
  lock_acquire(&s->lock);
  bool error = s->error;
  lock_release(&s->lock);
  return error;
}

struct stream_try {
  struct iov_iter *it;
  int flags;
};

static ssize_t try_stream(struct file *f, void *arg) {
  struct stream_try *t = arg;
  return stream_receive(socket_of_file(f), t->it, t->flags);
}

/* MSG_WAITALL goes on until the list is full; an error that comes then stays for the next call. */
static ssize_t receive_stream(struct file *f, int fd, struct socket *s, struct iov_iter *it,
                              int flags) {
  deadline_t deadline = deadline_after(s->options.receive_timeout);
  bool all = (flags & MSG_WAITALL) && !(flags & MSG_PEEK);
  ssize_t total = 0;
  for (;;) {
    ssize_t r = total && !s->received.len && has_error(s) ? 0 : stream_receive(s, it, flags);
    if (r > 0) {
      total += r;
      if (!all || !it->count) {
        return total;
      }
      continue;
    }
    if (r != -EAGAIN || socket_is_nonblocking(f, flags)) {
      return total ? total : r;
    }
    if (!all && s->options.receive_low_water <= 1) { /* whatever has come will do */
      struct stream_try t = {.it = it, .flags = flags};
      return file_wait_try(f, fd, POLLIN, false, try_stream, &t, deadline);
    }
    int err = wait_between(f, fd, POLLIN, deadline);
    if (err) {
      return total ? total : err;
    }
  }
}

struct datagram_try {
  struct iov_iter *it;
  int flags;
  union sock_address *source;
  bool *truncated;
};

static ssize_t try_datagram(struct file *f, void *arg) {
  struct datagram_try *t = arg;
  return datagram_receive(socket_of_file(f), t->it, t->flags, t->source, t->truncated);
}

/* __skb_wait_for_more_packets(): a datagram wakes one of those who wait. */
static ssize_t receive_datagram(struct file *f, int fd, struct socket *s, struct iov_iter *it,
                                int flags, union sock_address *source, bool *truncated) {
  if (socket_is_nonblocking(f, flags)) {
    flags |= MSG_DONTWAIT;
  }
  struct datagram_try t = {it, flags, source, truncated};
  ssize_t r = try_datagram(f, &t);
  if (r != -EAGAIN || (flags & MSG_DONTWAIT)) {
    return r;
  }
  return file_wait_try(f, fd, POLLIN, true, try_datagram, &t,
                       deadline_after(s->options.receive_timeout));
}

/* source becomes AF_UNSPEC, whose length is 0, where there is none. */
static ssize_t receive_message(struct file *f, int fd, struct socket *s, struct iov_iter *it,
                               int flags, union sock_address *source, bool *truncated) {
  source->any.sa_family = AF_UNSPEC;
  *truncated = false;
  if (flags & MSG_ERRQUEUE) {
    return -EAGAIN;
  }
  if (socket_is_stream(s)) {
    if (flags & MSG_OOB) {
      return -EINVAL; /* tcp_recv_urg(): there is none */
    }
    return receive_stream(f, fd, s, it, flags);
  }
  return receive_datagram(f, fd, s, it, flags, source, truncated);
}

ssize_t inet_receive(struct file *f, int fd, struct socket_message *m, int flags) {
  union sock_address source;
  bool truncated;
  ssize_t r = receive_message(f, fd, socket_of_file(f), &m->data, flags, &source, &truncated);
  if (r >= 0) {
    m->source_len = sock_address_len(&source);
    memcpy(&m->source, &source, m->source_len);
    m->out_flags |= truncated ? MSG_TRUNC : 0;
  }
  return r;
}
