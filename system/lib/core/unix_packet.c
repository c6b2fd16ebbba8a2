/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Packets, and the sockets whose messages they are one by one: datagram and seqpacket, after
 * unix_dgram_sendmsg() and __unix_dgram_recvmsg().
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "kmem.h"
#include "unix.h"

#define PAGE 4096u
/* SKB_MAX_ALLOC: what fits into the head of a buffer. */
#define MAX_HEAD (16384u - 320)
/* MAX_SKB_FRAGS pages. */
#define MAX_PAGES (17 * PAGE)

/* ---- A packet -------------------------------------------------------------------------------- */

static size_t whole_pages(size_t n) {
  return (n + PAGE - 1) / PAGE * PAGE;
}

/* skb->truesize: the head with its skb_shared_info, in a block of kmalloc(), the sk_buff, and
   pages. */
static size_t true_size(size_t head, size_t pages) {
  size_t need = (head + 63) / 64 * 64 + 320;
  size_t block = 512;
  while (block < need) {
    block *= 2;
  }
  return block + 256 + whole_pages(pages);
}

static struct unix_packet *allocate(size_t head, size_t pages) {
  struct unix_packet *p = kmem_alloc(sizeof *p + head);
  if (!p) {
    return NULL;
  }
  *p = (struct unix_packet){.head_len = head, .len = head + pages};
  p->credentials = UNIX_NOBODY;
  p->pages = pages ? kmem_alloc(pages) : NULL;
  if (pages && !p->pages) {
    kmem_free(p, sizeof *p + head);
    return NULL;
  }
  return p;
}

static void deallocate(struct unix_packet *p) {
  kmem_free(p->pages, p->len - p->head_len);
  kmem_free(p, sizeof *p + p->head_len);
}

/* sock_alloc_send_pskb() */
static int charge(struct unix_socket *s, size_t size) {
  int err = 0;
  lock_acquire(&s->lock);
  if (s->error) {
    err = unix_take_error(s);
  } else if (s->shutdown & UNIX_SHUTDOWN_SEND) {
    err = -EPIPE;
  } else if (s->charged >= (size_t)s->options.send_buffer) {
    err = -EAGAIN;
  } else {
    s->charged += size;
  }
  lock_release(&s->lock);
  return err;
}

/* sock_wfree(), unix_write_space() */
static void uncharge(struct unix_socket *s, size_t size) {
  lock_acquire(&s->lock);
  s->charged -= size;
  bool writable = unix_is_writable(s);
  lock_release(&s->lock);
  if (writable) {
    notify_node_listeners(&s->node, UNIX_WRITABLE);
  }
}

int unix_packet_new(struct unix_socket *s, struct iov_iter *it, size_t max, size_t max_head,
                    size_t max_pages, struct unix_packet **packet) {
  size_t len = it->count < max ? it->count : max;
  size_t pages = len > max_head ? len - max_head : 0;
  pages = whole_pages(pages < max_pages ? pages : max_pages);
  pages = pages < len ? pages : len;
  size_t size = true_size(len - pages, pages);
  int err = charge(s, size);
  if (err) {
    return err;
  }
  struct unix_packet *p = allocate(len - pages, pages);
  if (!p) {
    uncharge(s, size);
    return -ENOBUFS;
  }
  node_get(&s->node);
  p->sender = s;
  p->charge = size;
  iov_iter_copy_from(it, p->head, p->head_len);
  iov_iter_copy_from(it, p->pages, pages);
  *packet = p;
  return 0;
}

void unix_packet_free(struct unix_packet *p) {
  unix_rights_free(p->rights);
  uncharge(p->sender, p->charge);
  node_put(&p->sender->node);
  deallocate(p);
}

void unix_packets_free(struct unix_packet *first) {
  while (first) {
    struct unix_packet *next = first->next;
    unix_packet_free(first);
    first = next;
  }
}

size_t unix_packet_copy(const struct unix_packet *p, size_t position, struct iov_iter *it,
                        size_t len) {
  size_t done = 0;
  if (position < p->head_len) {
    size_t n = p->head_len - position;
    done = iov_iter_copy_to(it, p->head + position, n < len ? n : len);
  }
  if (done < len && position + done >= p->head_len && p->pages) {
    done += iov_iter_copy_to(it, p->pages + (position + done - p->head_len), len - done);
  }
  return done;
}

void unix_packet_source(const struct unix_packet *p, struct socket_message *m) {
  struct unix_socket *s = p->sender;
  m->source_len = 0;
  lock_acquire(&s->lock);
  if (s->has_address) {
    memcpy(&m->source, &s->address.name, s->address.len);
    m->source_len = s->address.len;
  }
  lock_release(&s->lock);
}

/* ---- The queue ------------------------------------------------------------------------------- */

void unix_enqueue(struct unix_socket *s, struct unix_packet *p) {
  if (s->last_packet) {
    s->last_packet->next = p;
  } else {
    s->first_packet = p;
  }
  s->last_packet = p;
  s->queue_len++;
}

bool unix_dequeue(struct unix_socket *s) {
  struct unix_packet *p = s->first_packet;
  bool was_full = unix_queue_is_full(s);
  s->first_packet = p->next;
  if (!p->next) {
    s->last_packet = NULL;
  }
  p->next = NULL;
  s->queue_len--;
  return was_full && !unix_queue_is_full(s);
}

/* ---- Sending --------------------------------------------------------------------------------- */

/* The receiver of p has been closed. Returns 0 if another may have its name by now. */
static int receiver_is_gone(struct unix_socket *s, struct unix_socket *other) {
  if (s->type == SOCK_SEQPACKET) {
    return -EPIPE;
  }
  lock_acquire(&emwake_unix_topology);
  lock_acquire(&s->lock);
  bool was_peer = s->peer == other;
  lock_release(&s->lock);
  if (was_peer) {
    unix_set_peer(s, NULL);
  }
  lock_release(&emwake_unix_topology);
  if (!was_peer) {
    return 0;
  }
  unix_disconnected(s, other);
  node_put(&other->node);
  return -ECONNREFUSED;
}

enum delivery { DELIVERED, GONE, FULL, FAILED };

static enum delivery deliver(struct unix_socket *s, struct unix_socket *other,
                             struct unix_packet *p, int *err) {
  enum delivery result = FAILED;
  lock_acquire(&other->lock);
  if (unix_passes_credentials(other)) {
    unix_packet_add_credentials(p);
  }
  if (other->peer && other->peer != s) { /* unix_may_send() */
    *err = -EPERM;
  } else if (other->dead) {
    result = GONE;
  } else if (other->shutdown & UNIX_SHUTDOWN_RECEIVE) {
    *err = -EPIPE;
  } else if (other != s && other->peer != s && unix_queue_is_full(other)) {
    result = FULL;
  } else {
    unix_enqueue(other, p);
    result = DELIVERED;
  }
  lock_release(&other->lock);
  if (result == DELIVERED) {
    notify_node_listeners(&other->node, DATA_READY);
  }
  return result;
}

/* Where a packet goes: to the peer if there is no name. */
struct destination {
  bool named;
  struct sockaddr_un name;
  socklen_t len;
};

static int find_receiver(struct unix_socket *s, const struct destination *to,
                         struct unix_socket **other) {
  if (to->named) {
    return unix_find(&to->name, to->len, s->type, other);
  }
  *other = unix_peer_get(s);
  return *other ? 0 : -ENOTCONN;
}

/* One try. -EAGAIN: *full, with a reference, has no room. */
static int try_deliver(struct unix_socket *s, const struct destination *to, struct unix_packet *p,
                       struct unix_socket **full) {
  for (;;) {
    struct unix_socket *other;
    int err = find_receiver(s, to, &other);
    if (err) {
      return err;
    }
    enum delivery result = deliver(s, other, p, &err);
    if (result == FULL) {
      *full = other;
      return -EAGAIN;
    }
    if (result == GONE) {
      err = receiver_is_gone(s, other);
    }
    node_put(&other->node);
    if (result != GONE || err) {
      return err;
    }
  }
}

/* Until p has gone, or cannot go. f is NULL if the caller is not going to wait. */
static int deliver_or_wait(struct unix_socket *s, const struct destination *to,
                           struct unix_packet *p, struct file *f, int fd, deadline_t deadline) {
  for (;;) {
    struct unix_socket *full = NULL;
    int err = try_deliver(s, to, p, &full);
    if (err != -EAGAIN || !full) {
      return err;
    }
    err = f ? unix_wait_for_room(f, fd, full, deadline) : -EAGAIN;
    node_put(&full->node);
    if (err) {
      return waiter_timed_out(err) ? -EAGAIN : err;
    }
  }
}

static int make_packet(struct unix_socket *s, struct iov_iter *it, struct unix_packet **p) {
  return unix_packet_new(s, it, SIZE_MAX, MAX_HEAD, MAX_PAGES, p);
}

static int make_packet_or_wait(struct unix_socket *s, struct iov_iter *it, struct unix_packet **p,
                               struct file *f, int fd, deadline_t deadline) {
  for (;;) {
    int err = make_packet(s, it, p);
    if (err != -EAGAIN || !f) {
      return err;
    }
    err = file_wait(f, fd, POLLOUT, deadline);
    if (err) {
      return waiter_timed_out(err) ? -EAGAIN : err;
    }
  }
}

/* The checks before there is a packet; only then is the receiver looked for. */
static int check_send(struct unix_socket *s, size_t len) {
  lock_acquire(&s->lock);
  bool autobind = unix_passes_credentials(s) && !s->has_address;
  size_t limit = (size_t)s->options.send_buffer - 32;
  lock_release(&s->lock);
  int err = autobind ? unix_autobind(s) : 0;
  return err ? err : len > limit ? -EMSGSIZE : 0;
}

static int check_established(struct unix_socket *s) {
  lock_acquire(&s->lock);
  int err = s->state == UNIX_ESTABLISHED ? 0 : -ENOTCONN;
  lock_release(&s->lock);
  return err;
}

/* The first checks of unix_seqpacket_sendmsg(). */
static int check_connected(struct unix_socket *s) {
  lock_acquire(&s->lock);
  int err = unix_take_error(s);
  lock_release(&s->lock);
  return err ? err : check_established(s);
}

static ssize_t send_packet(struct unix_socket *s, struct iov_iter *it, const struct destination *to,
                           struct unix_control *c, struct file *f, int fd, deadline_t deadline) {
  struct unix_packet *p;
  size_t len = it->count;
  int err = check_send(s, len);
  if (!err) {
    err = make_packet_or_wait(s, it, &p, f, fd, deadline);
  }
  if (err) {
    return err;
  }
  unix_control_attach(c, p);
  if (unix_passes_credentials(s)) {
    unix_packet_add_credentials(p);
  }
  err = deliver_or_wait(s, to, p, f, fd, deadline);
  if (err) {
    unix_packet_free(p);
    return err;
  }
  return (ssize_t)len;
}

static int find_destination(struct unix_socket *s, const struct socket_message *m,
                            struct destination *to) {
  to->named = m->to && m->to_len && s->type == SOCK_DGRAM;
  return to->named ? unix_name_in(&to->name, &to->len, m->to, m->to_len) : 0;
}

ssize_t unix_packet_send(struct file *f, int fd, struct socket_message *m, int flags) {
  struct unix_socket *s = unix_of_file(f);
  struct unix_control c;
  struct destination to;
  int err = s->type == SOCK_SEQPACKET ? check_connected(s) : 0;
  if (!err) {
    err = unix_control_in(&c, m);
  }
  if (err) {
    return err;
  }
  err = flags & MSG_OOB ? -EOPNOTSUPP : find_destination(s, m, &to);
  struct file *waits = socket_is_nonblocking(f, flags) ? NULL : f;
  deadline_t deadline = waits ? deadline_after(s->options.send_timeout) : DEADLINE_NONE;
  ssize_t r = err ? err : send_packet(s, &m->data, &to, &c, waits, fd, deadline);
  unix_control_drop(&c);
  return r;
}

/* ---- Receiving ------------------------------------------------------------------------------- */

/* Nothing is there. What __skb_wait_for_more_packets() says before it waits. The caller holds the
   lock. */
static int nothing_to_receive(const struct unix_socket *s, bool waits) {
  bool end = s->shutdown & UNIX_SHUTDOWN_RECEIVE;
  return end && (waits || s->type == SOCK_SEQPACKET) ? 0 : -EAGAIN;
}

/* The first packet, out of the queue unless peek; *p is NULL if there is none. Under the reader's
   lock. */
static int next_packet(struct unix_socket *s, bool peek, bool waits, struct unix_packet **p,
                       bool *room) {
  int err = 0;
  *room = false;
  lock_acquire(&s->lock);
  *p = NULL;
  if (s->type == SOCK_SEQPACKET && s->state != UNIX_ESTABLISHED) {
    err = -ENOTCONN;
  } else if (s->error) {
    err = unix_take_error(s);
  } else if (!s->first_packet) {
    err = nothing_to_receive(s, waits);
  } else {
    *p = s->first_packet;
    *room = !peek && unix_dequeue(s);
  }
  lock_release(&s->lock);
  return err;
}

/* One try. */
static ssize_t receive_packet(struct unix_socket *s, struct socket_message *m,
                              struct unix_control *c, int flags, bool waits) {
  struct unix_packet *p;
  bool peek = flags & MSG_PEEK, room;
  lock_acquire(&s->reader);
  int err = next_packet(s, peek, waits, &p, &room);
  if (!p) {
    lock_release(&s->reader);
    return err;
  }
  size_t len = p->len;
  size_t n = unix_packet_copy(p, 0, &m->data, len);
  if (m->wants_source) {
    unix_packet_source(p, m);
  }
  if (n < len) {
    m->out_flags |= MSG_TRUNC;
  }
  c->has_credentials = true;
  c->credentials = p->credentials;
  if (peek && !unix_rights_peek(c, p)) {
    err = -ENOMEM;
  }
  if (!peek) {
    unix_rights_take(c, p);
  }
  lock_release(&s->reader);
  if (!peek) {
    unix_packet_free(p);
  }
  if (room) {
    unix_has_room(s);
  }
  return err ? err : (ssize_t)(flags & MSG_TRUNC ? len : n);
}

struct receiving {
  struct socket_message *m;
  struct unix_control *control;
  int flags;
  bool waits;
};

static ssize_t try_receive(struct file *f, void *arg) {
  struct receiving *r = arg;
  return receive_packet(unix_of_file(f), r->m, r->control, r->flags, r->waits);
}

/* __skb_wait_for_more_packets(): a packet wakes one of those who wait. */
static ssize_t receive_or_wait(struct file *f, int fd, struct socket_message *m,
                               struct unix_control *c, int flags) {
  struct receiving receiving = {m, c, flags, !socket_is_nonblocking(f, flags)};
  ssize_t r = try_receive(f, &receiving);
  if (r != -EAGAIN || !receiving.waits) {
    return r;
  }
  return file_wait_try(f, fd, POLLIN, true, try_receive, &receiving,
                       deadline_after(unix_of_file(f)->options.receive_timeout));
}

ssize_t unix_packet_receive(struct file *f, int fd, struct socket_message *m, int flags) {
  struct unix_socket *s = unix_of_file(f);
  struct unix_control c = {0};
  int err = s->type == SOCK_SEQPACKET ? check_established(s) : 0;
  if (err || (flags & MSG_OOB)) {
    return err ? err : -EOPNOTSUPP;
  }
  ssize_t r = receive_or_wait(f, fd, m, &c, flags);
  if (r >= 0 && c.has_credentials && !m->reads) {
    unix_control_out(&c, m, unix_passes_credentials(s), flags);
  } else {
    unix_control_drop(&c);
  }
  return r;
}
