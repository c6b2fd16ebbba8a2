/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The life of an AF_UNIX socket, and its readiness.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"
#include "kmem.h"
#include "syscall_exit.h"
#include "unix.h"
#include "user_memory.h"

#ifndef SIOCATMARK
#define SIOCATMARK 0x8905
#endif

/* net.unix.max_dgram_qlen */
#define DEFAULT_BACKLOG 10

struct lock emwake_unix_topology;

/* Asked for once, for they are needed where the host may not be called. */
static struct unix_credentials own;

static void learn_own_credentials(void) {
  if (!__atomic_load_n(&own.pid, __ATOMIC_ACQUIRE)) {
    __atomic_store_n(&own.uid, host_user_id(false), __ATOMIC_RELAXED);
    __atomic_store_n(&own.gid, host_user_id(true), __ATOMIC_RELAXED);
    __atomic_store_n(&own.pid, getpid(), __ATOMIC_RELEASE);
  }
}

struct unix_credentials unix_own_credentials(void) {
  struct unix_credentials c = {__atomic_load_n(&own.pid, __ATOMIC_ACQUIRE), 0, 0};
  c.uid = __atomic_load_n(&own.uid, __ATOMIC_RELAXED);
  c.gid = __atomic_load_n(&own.gid, __ATOMIC_RELAXED);
  return c;
}

/* ---- Readiness ------------------------------------------------------------------------------- */

/* unix_writable(): sk_wmem_alloc counts one more than what is charged. */
bool unix_is_writable(const struct unix_socket *s) {
  return s->state != UNIX_LISTENING && s->state != UNIX_CONNECTING &&
         s->charged * 4 < (size_t)s->options.send_buffer;
}

/* What unix_poll() and unix_dgram_poll() have in common. The caller holds the lock. */
static int common_poll(const struct unix_socket *s) {
  int mask = s->error ? POLLERR : 0;
  if (s->shutdown == UNIX_SHUTDOWN_BOTH) {
    mask |= POLLHUP;
  }
  if (s->shutdown & UNIX_SHUTDOWN_RECEIVE) {
    mask |= POLLRDHUP | UNIX_READABLE;
  }
  if (s->queue_len) {
    mask |= UNIX_READABLE;
  }
  if (s->type != SOCK_DGRAM && s->state == UNIX_CLOSED) {
    mask |= POLLHUP;
  }
  return mask;
}

static int stream_poll(struct node *n) {
  struct unix_socket *s = (struct unix_socket *)n;
  lock_acquire(&s->lock);
  int mask = common_poll(s) | (unix_is_writable(s) ? UNIX_WRITABLE : 0);
  lock_release(&s->lock);
  return mask;
}

/* Whether s would have to wait for peer. */
static bool is_held_up(const struct unix_socket *s, struct unix_socket *peer) {
  lock_acquire(&peer->lock);
  bool held_up = peer->peer != s && unix_queue_is_full(peer);
  lock_release(&peer->lock);
  return held_up;
}

/* unix_dgram_poll() */
static int packet_poll(struct node *n) {
  struct unix_socket *s = (struct unix_socket *)n;
  lock_acquire(&s->lock);
  int mask = common_poll(s);
  bool writable = unix_is_writable(s);
  struct unix_socket *peer = writable && s->peer ? s->peer : NULL;
  if (peer) {
    node_get(&peer->node);
  }
  lock_release(&s->lock);
  if (peer) {
    writable = !is_held_up(s, peer);
    node_put(&peer->node);
  }
  return writable ? mask | UNIX_WRITABLE : mask;
}

/* ---- Waiting for room in another's queue ------------------------------------------------------- */

static bool has_no_room(struct unix_socket *s) {
  lock_acquire(&s->lock);
  bool full = !s->dead && !(s->shutdown & UNIX_SHUTDOWN_RECEIVE) && unix_queue_is_full(s);
  lock_release(&s->lock);
  return full;
}

int unix_wait_for_room(struct file *f, int fd, struct unix_socket *other, deadline_t deadline) {
  struct waiter w;
  struct listener closed, room;
  int err = 0;
  waiter_init(&w);
  listener_init_waiter(&closed, &w, 0);
  listener_init_waiter(&room, &w, POLLOUT);
  wait_queue_add(&f->node->queue, &closed);
  wait_queue_add(&other->room, &room);
  while (!err && has_no_room(other)) {
    err = fd_refers_to(fd, f) ? waiter_wait(&w, deadline) : -EBADF;
  }
  wait_queue_remove(&room);
  wait_queue_remove(&closed);
  return interrupted_until(err, deadline);
}

void unix_has_room(struct unix_socket *s) {
  wait_queue_notify(&s->room, POLLOUT);
  lock_acquire(&emwake_unix_topology);
  for (struct unix_socket *sender = s->first_sender; sender; sender = sender->next_sender) {
    notify_node_listeners(&sender->node, UNIX_WRITABLE);
  }
  lock_release(&emwake_unix_topology);
}

/* ---- Peers ----------------------------------------------------------------------------------- */

int unix_take_error(struct unix_socket *s) {
  int error = s->error;
  s->error = 0;
  return -error;
}

struct unix_socket *unix_peer_get(struct unix_socket *s) {
  lock_acquire(&s->lock);
  struct unix_socket *peer = s->peer;
  if (peer) {
    node_get(&peer->node);
  }
  lock_release(&s->lock);
  return peer;
}

static void add_sender(struct unix_socket *to, struct unix_socket *s) {
  s->prev_sender = NULL;
  s->next_sender = to->first_sender;
  if (to->first_sender) {
    to->first_sender->prev_sender = s;
  }
  to->first_sender = s;
}

static void remove_sender(struct unix_socket *to, struct unix_socket *s) {
  if (s->prev_sender) {
    s->prev_sender->next_sender = s->next_sender;
  } else {
    to->first_sender = s->next_sender;
  }
  if (s->next_sender) {
    s->next_sender->prev_sender = s->prev_sender;
  }
}

struct unix_socket *unix_set_peer(struct unix_socket *s, struct unix_socket *peer) {
  lock_acquire(&s->lock);
  struct unix_socket *old = s->peer;
  s->peer = peer;
  if (peer) {
    node_get(&peer->node);
  }
  lock_release(&s->lock);
  if (s->type == SOCK_DGRAM && old) {
    remove_sender(old, s);
  }
  if (s->type == SOCK_DGRAM && peer) {
    add_sender(peer, s);
  }
  return old;
}

/* ---- Closing --------------------------------------------------------------------------------- */

/* What a closed socket leaves behind. */
struct remains {
  struct unix_packet *packets;
  struct unix_socket *waiting;
  struct unix_socket *peer;
  bool was_full;
};

static void take_remains(struct unix_socket *s, struct remains *r) {
  lock_acquire(&s->lock);
  r->was_full = unix_queue_is_full(s);
  s->dead = true;
  s->shutdown = UNIX_SHUTDOWN_BOTH;
  s->state = UNIX_CLOSED;
  r->packets = s->first_packet;
  r->waiting = s->first_waiting;
  s->first_packet = s->last_packet = NULL;
  s->first_waiting = s->last_waiting = NULL;
  s->queue_len = 0;
  lock_release(&s->lock);
  r->peer = unix_set_peer(s, NULL);
}

/* Of unix_release_sock(): an empty message at the head does not count. */
static bool has_unread(const struct unix_packet *p) {
  return p && (p->len > p->consumed || p->next);
}

/* A stream ends for its peer too; what nobody has read makes it a reset. */
static void end_peer(struct unix_socket *peer, bool reset) {
  lock_acquire(&peer->lock);
  peer->shutdown = UNIX_SHUTDOWN_BOTH;
  if (reset) {
    peer->error = ECONNRESET;
  }
  lock_release(&peer->lock);
  notify_node_listeners(&peer->node, UNIX_EVENTS);
}

/* unix_release_sock() */
void unix_release(struct unix_socket *s, bool embryo) {
  struct remains r;
  lock_acquire(&emwake_unix_topology);
  unix_name_remove(s);
  take_remains(s, &r);
  lock_release(&emwake_unix_topology);
  if (s->is_bound && s->address.is_path) {
    host_socket_path_close(s->address.inode);
  }
  if (r.was_full) { /* those who wait for room will not get it */
    unix_has_room(s);
  }
  if (r.peer) {
    if (s->type != SOCK_DGRAM) {
      end_peer(r.peer, has_unread(r.packets) || embryo);
    }
    node_put(&r.peer->node);
  }
  while (r.waiting) {
    struct unix_socket *next = r.waiting->next_waiting;
    r.waiting->unaccepted = false;
    unix_release(r.waiting, true);
    node_put(&r.waiting->node);
    r.waiting = next;
  }
  unix_packets_free(r.packets);
}

static void unix_close(struct node *n) {
  struct unix_socket *s = (struct unix_socket *)n;
  lock_acquire(&s->lock);
  bool stays = s->unaccepted || s->dead;
  lock_release(&s->lock);
  if (!stays) {
    unix_release(s, false);
    unix_want_collection();
  }
}

static void unix_free(struct node *n) {
  struct unix_socket *s = (struct unix_socket *)n;
  kmem_free(s, sizeof *s);
}

/* ---- As a file ------------------------------------------------------------------------------- */

static int64_t unix_timeout(struct node *n, int events) {
  const struct unix_socket *s = (struct unix_socket *)n;
  return events & POLLIN ? s->options.receive_timeout : s->options.send_timeout;
}

/* unix_inq_len(). The caller holds the lock. */
static int unread(const struct unix_socket *s) {
  const struct unix_packet *p = s->first_packet;
  if (s->type == SOCK_DGRAM) {
    return p ? (int)p->len : 0;
  }
  size_t total = 0;
  for (; p; p = p->next) {
    total += p->len - p->consumed;
  }
  return (int)total;
}

static int count_bytes(const struct unix_socket *s, unsigned long request, int *count) {
  switch (request) {
    case FIONREAD:
      *count = unread(s);
      return s->state == UNIX_LISTENING ? -EINVAL : 0;
    case TIOCOUTQ:
      *count = (int)s->charged;
      return 0;
    case SIOCATMARK:
      *count = 0;
      return s->type == SOCK_STREAM ? 0 : -EOPNOTSUPP;
    default:
      return -ENOTTY;
  }
}

static int unix_ioctl(struct file *f, unsigned long request, void *arg) {
  struct unix_socket *s = unix_of_file(f);
  int count;
  lock_acquire(&s->lock);
  int err = count_bytes(s, request, &count);
  lock_release(&s->lock);
  if (err) {
    return err;
  }
  if (!user_range_ok(arg, sizeof(int))) {
    return -EFAULT;
  }
  *(int *)arg = count;
  return 0;
}

static ssize_t unix_send(struct file *f, int fd, struct socket_message *m, int flags) {
  return unix_of_file(f)->type == SOCK_STREAM ? unix_stream_send(f, fd, m, flags)
                                              : unix_packet_send(f, fd, m, flags);
}

static ssize_t unix_receive(struct file *f, int fd, struct socket_message *m, int flags) {
  if ((flags & MSG_ERRQUEUE) && unix_of_file(f)->type == SOCK_DGRAM) {
    return -EAGAIN;
  }
  return unix_of_file(f)->type == SOCK_STREAM ? unix_stream_receive(f, fd, m, flags)
                                              : unix_packet_receive(f, fd, m, flags);
}

const struct socket_family emwake_unix_family = {
  .bind = unix_bind,
  .listen = unix_listen,
  .connect = unix_connect,
  .accept = unix_accept,
  .shutdown = unix_shutdown,
  .name = unix_name,
  .get_option = unix_get_option,
  .set_option = unix_set_option,
  .send = unix_send,
  .receive = unix_receive,
  .read = socket_read,
  .write = socket_write,
};

static const struct node_ops stream_ops = {
  .name = "socket",
  .mode = S_IFSOCK | 0777,
  .poll = stream_poll,
  .timeout = unix_timeout,
  .ioctl = unix_ioctl,
  .setfl_mask = O_ASYNC,
  .socket = &emwake_unix_family,
  .close = unix_close,
  .free = unix_free,
};

/* Datagram and seqpacket. */
static const struct node_ops packet_ops = {
  .name = "socket",
  .mode = S_IFSOCK | 0777,
  .poll = packet_poll,
  .timeout = unix_timeout,
  .ioctl = unix_ioctl,
  .setfl_mask = O_ASYNC,
  .socket = &emwake_unix_family,
  .close = unix_close,
  .free = unix_free,
};

struct unix_socket *unix_of_any_file(const struct file *f) {
  const struct node_ops *ops = f->node->ops;
  return ops == &stream_ops || ops == &packet_ops ? unix_of_file(f) : NULL;
}

/* ---- socket and socketpair ------------------------------------------------------------------- */

struct unix_socket *unix_socket_new(int type) {
  struct unix_socket *s = kmem_zalloc(sizeof *s);
  if (!s) {
    return NULL;
  }
  learn_own_credentials();
  if (type == SOCK_RAW) { /* unix_create(): believe it or not */
    type = SOCK_DGRAM;
  }
  node_init(&s->node, type == SOCK_STREAM ? &stream_ops : &packet_ops);
  s->type = type;
  s->backlog = DEFAULT_BACKLOG;
  s->peer_credentials = UNIX_NOBODY;
  sol_socket_init(&s->options);
  return s;
}

struct file *unix_file_new(struct unix_socket *s, int flags) {
  struct file *f = file_new(&s->node, O_RDWR | flags);
  if (f) {
    lock_acquire(&s->lock);
    s->file = f;
    lock_release(&s->lock);
  }
  return f;
}

int unix_install(struct unix_socket *s, int flags) {
  struct file *f = unix_file_new(s, flags & O_NONBLOCK);
  return f ? fd_install(f, flags) : -ENOMEM;
}

int unix_open(int type, int flags) {
  struct unix_socket *s = unix_socket_new(type);
  return s ? unix_install(s, flags) : -ENOMEM;
}

/* unix_socketpair() */
static void pair_up(struct unix_socket *a, struct unix_socket *b) {
  a->peer_credentials = b->peer_credentials = unix_own_credentials();
  a->state = b->state = UNIX_ESTABLISHED;
  lock_acquire(&emwake_unix_topology);
  unix_set_peer(a, b);
  unix_set_peer(b, a);
  lock_release(&emwake_unix_topology);
}

static void discard(struct unix_socket *s) {
  if (s) {
    unix_release(s, false);
    node_put(&s->node);
  }
}

int unix_open_pair(int type, int flags, int fds[2]) {
  struct unix_socket *a = unix_socket_new(type), *b = unix_socket_new(type);
  if (!a || !b) {
    discard(a);
    discard(b);
    return -ENOMEM;
  }
  pair_up(a, b);
  int first = unix_install(a, flags);
  if (first < 0) {
    discard(b);
    return first;
  }
  int second = unix_install(b, flags);
  if (second < 0) {
    host_fd_close(first);
    return second;
  }
  fds[0] = first;
  fds[1] = second;
  return 0;
}
