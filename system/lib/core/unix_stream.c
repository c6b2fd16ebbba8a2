/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * AF_UNIX stream sockets: bytes in and out, after unix_stream_sendmsg() and
 * unix_stream_read_generic().
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "host.h"
#include "unix.h"

/* The bytes of a packet: SKB_MAX_HEAD(0) in its head, and UNIX_SKB_FRAGS_SZ in pages. */
#define MAX_HEAD (4096u - 320)
#define MAX_PAGES 32768u

/* ---- Sending --------------------------------------------------------------------------------- */

/* A message of the size of half the buffer: the receiver reads one while the next is written. */
static size_t packet_limit(const struct unix_socket *s) {
  size_t half = (size_t)s->options.send_buffer / 2 - 64;
  return half < MAX_HEAD + MAX_PAGES ? half : MAX_HEAD + MAX_PAGES;
}

static int hand_over(struct unix_socket *peer, struct unix_packet *p) {
  lock_acquire(&peer->lock);
  bool open = !peer->dead && !(peer->shutdown & UNIX_SHUTDOWN_RECEIVE);
  if (open) {
    if (unix_passes_credentials(peer)) {
      unix_packet_add_credentials(p);
    }
    unix_enqueue(peer, p);
  }
  lock_release(&peer->lock);
  if (!open) {
    unix_packet_free(p);
    return -EPIPE;
  }
  notify_node_listeners(&peer->node, DATA_READY);
  return 0;
}

/* Sends what there is room for. Returns how much, or why it is nothing. */
static ssize_t send_some(struct unix_socket *s, struct unix_socket *peer, struct iov_iter *it,
                         struct unix_control *c) {
  ssize_t sent = 0;
  while (it->count) {
    struct unix_packet *p;
    int err = unix_packet_new(s, it, packet_limit(s), MAX_HEAD, MAX_PAGES, &p);
    if (!err) {
      size_t len = p->len;
      unix_control_attach(c, p);
      if (unix_passes_credentials(s)) {
        unix_packet_add_credentials(p);
      }
      err = hand_over(peer, p);
      sent += err ? 0 : (ssize_t)len;
    }
    if (err) {
      return sent ? sent : err;
    }
  }
  return sent;
}

/* The peer with a reference, if s may send. */
static int peer_to_send_to(struct unix_socket *s, struct unix_socket **peer) {
  *peer = unix_peer_get(s);
  if (!*peer) {
    return -ENOTCONN;
  }
  lock_acquire(&s->lock);
  bool ended = s->shutdown & UNIX_SHUTDOWN_SEND;
  lock_release(&s->lock);
  if (ended) {
    node_put(&(*peer)->node);
    return -EPIPE;
  }
  return 0;
}

/* What blocks later fails with the pending error first, sock_alloc_send_pskb(). */
static ssize_t send_all(struct file *f, int fd, struct unix_socket *peer, struct iov_iter *it,
                        struct unix_control *c, bool waits) {
  struct unix_socket *s = unix_of_file(f);
  deadline_t deadline = waits ? deadline_after(s->options.send_timeout) : DEADLINE_NONE;
  ssize_t total = 0;
  for (;;) {
    ssize_t r = send_some(s, peer, it, c);
    total += r > 0 ? r : 0;
    if (!it->count || (r < 0 && r != -EAGAIN) || !waits) {
      return total ? total : r;
    }
    int err = file_wait(f, fd, POLLOUT, deadline);
    if (err) {
      return total ? total : waiter_timed_out(err) ? -EAGAIN : err;
    }
  }
}

static ssize_t send_to_peer(struct file *f, int fd, struct iov_iter *it, struct unix_control *c,
                            bool waits) {
  struct unix_socket *peer;
  int err = peer_to_send_to(unix_of_file(f), &peer);
  if (err) {
    return err;
  }
  ssize_t r = send_all(f, fd, peer, it, c, waits);
  node_put(&peer->node);
  return r;
}

static int check_destination(struct unix_socket *s, const struct socket_message *m, int flags) {
  if (flags & MSG_OOB) {
    return -EOPNOTSUPP;
  }
  if (!m->to || !m->to_len) {
    return 0;
  }
  lock_acquire(&s->lock);
  int err = s->state == UNIX_ESTABLISHED ? -EISCONN : -EOPNOTSUPP;
  lock_release(&s->lock);
  return err;
}

ssize_t unix_stream_send(struct file *f, int fd, struct socket_message *m, int flags) {
  struct unix_control c;
  int err = unix_control_in(&c, m);
  if (err) {
    return err;
  }
  ssize_t r = check_destination(unix_of_file(f), m, flags);
  if (!r) {
    r = send_to_peer(f, fd, &m->data, &c, !socket_is_nonblocking(f, flags));
  }
  unix_control_drop(&c);
  if (r == -EPIPE && !(flags & MSG_NOSIGNAL)) {
    host_raise_sigpipe();
  }
  return r;
}

/* ---- Receiving ------------------------------------------------------------------------------- */

/* One reading, over several tries. */
struct reading {
  struct socket_message *m;
  struct unix_control control;
  int flags;
  bool passes_credentials;
  size_t target; /* how much is waited for */
  size_t done;
};

/* Nothing more is there. The caller holds the lock. */
static int at_end(struct unix_socket *s, const struct reading *r) {
  if (r->done && r->done >= r->target) {
    return 0;
  }
  if (s->error) {
    return unix_take_error(s);
  }
  return s->shutdown & UNIX_SHUTDOWN_RECEIVE ? 0 : -EAGAIN;
}

/* Messages of different writers are not glued together for who asks for their credentials. */
static bool is_of_same_writer(struct reading *r, const struct unix_packet *p) {
  struct unix_control *c = &r->control;
  if (!r->passes_credentials || !c->has_credentials) {
    c->has_credentials = true;
    c->credentials = p->credentials;
    return true;
  }
  return c->credentials.pid == p->credentials.pid && c->credentials.uid == p->credentials.uid &&
         c->credentials.gid == p->credentials.gid;
}

static void remove_first(struct unix_socket *s, struct unix_packet *p) {
  lock_acquire(&s->lock);
  unix_dequeue(s);
  lock_release(&s->lock);
  unix_packet_free(p);
}

/* Takes from p. Returns whether the reading goes on behind it. The packet may be gone. */
static bool take(struct unix_socket *s, struct unix_packet *p, struct iov_iter *it,
                 struct reading *r) {
  bool had_rights = p->rights;
  size_t n = unix_packet_copy(p, p->consumed, it, p->len - p->consumed);
  r->done += n;
  if (r->m->wants_source && !r->m->source_len) {
    unix_packet_source(p, r->m);
  }
  if (had_rights) {
    unix_rights_take(&r->control, p);
  }
  p->consumed += n;
  if (p->consumed < p->len) {
    return false;
  }
  remove_first(s, p);
  return !had_rights;
}

/* The same, and p stays as it is. */
static bool look_at(struct unix_packet *p, struct iov_iter *it, struct reading *r, int *err) {
  r->done += unix_packet_copy(p, p->consumed, it, p->len - p->consumed);
  if (r->m->wants_source && !r->m->source_len) {
    unix_packet_source(p, r->m);
  }
  if (p->rights && !unix_rights_peek(&r->control, p)) {
    *err = -ENOMEM;
  }
  return !p->rights;
}

/* The packet behind after, or the first. NULL: *err says what then; who looks has seen enough. */
static struct unix_packet *next_packet(struct unix_socket *s, struct unix_packet *after,
                                       const struct reading *r, int *err) {
  lock_acquire(&s->lock);
  struct unix_packet *p = after ? after->next : s->first_packet;
  *err = p || after ? 0 : at_end(s, r);
  lock_release(&s->lock);
  return p;
}

/* Takes what there is, under the reader's lock. 0: enough, or the end of the stream. */
static int take_some(struct unix_socket *s, struct iov_iter *it, struct reading *r) {
  struct unix_packet *p = NULL;
  bool peek = r->flags & MSG_PEEK, goes_on;
  int err;
  do {
    p = next_packet(s, peek ? p : NULL, r, &err);
    if (!p || !is_of_same_writer(r, p)) {
      return err;
    }
    goes_on = peek ? look_at(p, it, r, &err) : take(s, p, it, r);
    /* unix_stream_read_generic(): a look goes on to the next descriptors, though nothing has room. */
  } while (goes_on && (it->count || peek));
  return err;
}

/* One try: 0 or -errno; r->done grows. */
static int try_receive(struct unix_socket *s, struct iov_iter *it, struct reading *r) {
  lock_acquire(&s->lock);
  bool connected = s->state == UNIX_ESTABLISHED;
  lock_release(&s->lock);
  if (!connected) {
    return -EINVAL;
  }
  lock_acquire(&s->reader);
  int err = take_some(s, it, r);
  lock_release(&s->reader);
  return err;
}

static ssize_t receive_or_wait(struct file *f, int fd, struct socket_message *m,
                               struct reading *r) {
  struct unix_socket *s = unix_of_file(f);
  bool waits = !socket_is_nonblocking(f, r->flags);
  deadline_t deadline = waits ? deadline_after(s->options.receive_timeout) : DEADLINE_NONE;
  for (;;) {
    int err = try_receive(s, &m->data, r);
    if (err == -EAGAIN && waits) {
      err = file_wait(f, fd, POLLIN, deadline);
      if (!err) {
        continue;
      }
    }
    return r->done ? (ssize_t)r->done : waiter_timed_out(err) ? -EAGAIN : err;
  }
}

/* sock_rcvlowat() */
static size_t target_of(const struct unix_socket *s, size_t len, int flags) {
  size_t low = (size_t)s->options.receive_low_water;
  size_t target = flags & MSG_WAITALL || low > len ? len : low;
  return target ? target : 1;
}

ssize_t unix_stream_receive(struct file *f, int fd, struct socket_message *m, int flags) {
  struct unix_socket *s = unix_of_file(f);
  if (flags & MSG_OOB) {
    return -EINVAL;
  }
  struct reading r = {
    .m = m,
    .flags = flags,
    .passes_credentials = unix_passes_credentials(s),
    .target = target_of(s, m->data.count, flags),
  };
  ssize_t result = receive_or_wait(f, fd, m, &r);
  if (result >= 0 && !m->reads) {
    unix_control_out(&r.control, m, r.passes_credentials, flags);
  } else {
    unix_control_drop(&r.control);
  }
  return result;
}
