/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The host's own sockets inside the program's network. They are sockets like the program's, but that
 * loopback carries them whatever carries those, and that no descriptor refers to them.
 */
#define _GNU_SOURCE
#include "socket_door.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>

#include "socket.h"
#include "socket_loopback.h"

static const struct socket_family *family = &emwake_inet_family;

static struct file *new_door(int domain) {
  struct socket *s = socket_new(domain, SOCK_STREAM, IPPROTO_TCP);
  if (!s) {
    return NULL;
  }
  s->ops = socket_loopback_ops();
  return file_new(&s->node, O_RDWR | O_NONBLOCK);
}

/* f if there is no error; else f is closed. */
static struct file *unless_failed(struct file *f, int err) {
  if (!err) {
    return f;
  }
  file_put(f);
  return NULL;
}

struct file *socket_door_connect(const union sock_address *to, int *err) {
  struct file *f = new_door(to->any.sa_family);
  if (!f) {
    *err = -ENOMEM;
    return NULL;
  }
  *err = family->connect(f, -1, &to->any, sizeof *to);
  if (*err == -EINPROGRESS) {
    *err = 0;
  }
  return unless_failed(f, *err);
}

int socket_door_connected(struct file *f) {
  struct socket *s = socket_of_file(f);
  union sock_address peer;
  lock_acquire(&s->lock);
  peer = s->peer;
  lock_release(&s->lock);
  int err = family->connect(f, -1, &peer.any, sizeof peer);
  return err == -EALREADY ? -EINPROGRESS : err == -EISCONN ? 0 : err;
}

struct file *socket_door_listen(const union sock_address *at, int backlog, int *err) {
  struct file *f = new_door(at->any.sa_family);
  if (!f) {
    *err = -ENOMEM;
    return NULL;
  }
  *err = family->bind(f, &at->any, sizeof *at);
  if (!*err) {
    *err = family->listen(f, backlog);
  }
  return unless_failed(f, *err);
}

struct file *socket_door_accept(struct file *listener, int *err) {
  struct socket *s;
  *err = socket_take_connection(socket_of_file(listener), &s);
  if (*err) {
    return NULL;
  }
  lock_acquire(&s->lock);
  s->unaccepted = false;
  lock_release(&s->lock);
  struct file *f = file_new(&s->node, O_RDWR | O_NONBLOCK);
  *err = f ? 0 : -ENOMEM;
  return f;
}

int socket_door_shutdown(struct file *f, int how) {
  return family->shutdown(f, how);
}

void socket_door_reset_on_close(struct file *f) {
  struct socket *s = socket_of_file(f);
  lock_acquire(&s->lock);
  s->options.linger = true;
  s->options.linger_seconds = 0;
  lock_release(&s->lock);
}

int socket_door_name(struct file *f, bool peer, union sock_address *name) {
  socklen_t len = sizeof *name;
  return family->name(f, &name->any, &len, peer);
}
