/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * AF_UNIX streams to other processes, where the host's paths are the program's (core/host.h). The
 * other process is stood in for by a socket inside the program, the end, whose other side the host
 * holds as a description: it reads from it what the program has sent, and writes to it what has
 * come. So all else is as between two sockets of the program, but that connecting takes time.
 */
#define _GNU_SOURCE
#include <errno.h>

#include "host.h"
#include "unix.h"

/* ---- To another process ---------------------------------------------------------------------- */

/* The end that s is to be connected to knows s; s gets to know it once the host has connected. */
static void begin(struct unix_socket *s, struct unix_socket *end, const struct sockaddr_un *name,
                  socklen_t len) {
  lock_acquire(&emwake_unix_topology);
  end->state = UNIX_ESTABLISHED;
  end->address.name = *name;
  end->address.len = len;
  end->has_address = true;
  unix_set_peer(end, s);
  lock_acquire(&s->lock);
  s->state = UNIX_CONNECTING;
  lock_release(&s->lock);
  lock_release(&emwake_unix_topology);
}

/* Returns whether s still waits for it. If nothing comes of it, the end knows s no longer. */
static bool finish(struct unix_socket *s, struct unix_socket *end, int error) {
  lock_acquire(&emwake_unix_topology);
  lock_acquire(&s->lock);
  bool waits = !s->dead && s->state == UNIX_CONNECTING;
  if (waits) {
    s->state = error ? UNIX_CLOSED : UNIX_ESTABLISHED;
    s->error = error;
  }
  lock_release(&s->lock);
  bool connected = waits && !error;
  struct unix_socket *old =
    connected ? unix_set_peer(s, end) : unix_set_peer(end, NULL); /* NULL, or s */
  lock_release(&emwake_unix_topology);
  if (old) {
    node_put(&old->node);
  }
  return waits;
}

bool unix_outside_connected(struct file *f, int error) {
  struct unix_socket *end = unix_of_file(f), *s = unix_peer_get(end);
  bool waits = s && finish(s, end, error);
  if (waits) {
    notify_node_listeners(&s->node, UNIX_EVENTS);
  }
  if (s) {
    node_put(&s->node);
  }
  return waits && !error;
}

static int result_of(struct unix_socket *s) {
  lock_acquire(&s->lock);
  int err = s->state == UNIX_CONNECTING    ? -EINPROGRESS
            : s->state == UNIX_ESTABLISHED ? 0
            : s->error                     ? unix_take_error(s)
                                           : -ECONNABORTED;
  lock_release(&s->lock);
  return err;
}

int unix_outside_wait(struct unix_socket *s, struct file *f, int fd) {
  deadline_t deadline = deadline_after(s->options.send_timeout);
  for (;;) {
    int err = result_of(s);
    if (err != -EINPROGRESS || socket_is_nonblocking(f, 0)) {
      return err;
    }
    err = file_wait(f, fd, POLLOUT, deadline);
    if (err) {
      return waiter_timed_out(err) ? -EINPROGRESS : err;
    }
  }
}

int unix_outside_connect(struct unix_socket *s, struct file *f, int fd,
                         const struct sockaddr_un *name, socklen_t len) {
  struct unix_socket *end = unix_socket_new(SOCK_STREAM);
  struct file *of_end = end ? unix_file_new(end, 0) : NULL;
  if (!of_end) {
    return -ENOMEM;
  }
  begin(s, end, name, len);
  int err = host_socket_connect(name->sun_path, of_end);
  if (err) {
    unix_outside_connected(of_end, -err);
    file_put(of_end);
  }
  return unix_outside_wait(s, f, fd);
}

/* ---- From another process ---------------------------------------------------------------------- */

struct file *unix_outside_accept(struct unix_socket *listener, int *err) {
  struct unix_socket *end = unix_socket_new(SOCK_STREAM), *accepted = unix_socket_new(SOCK_STREAM);
  struct file *f = end ? unix_file_new(end, 0) : NULL;
  *err = f && accepted ? unix_join(end, listener, accepted) : -ENOMEM;
  if (*err && f) {
    file_put(f);
  }
  if (*err && accepted) {
    unix_release(accepted, false);
    node_put(&accepted->node);
  }
  return *err ? NULL : f;
}

void unix_outside_fail(struct file *f, int error) {
  struct unix_socket *s = unix_peer_get(unix_of_file(f));
  if (!s) {
    return;
  }
  lock_acquire(&s->lock);
  s->error = error;
  lock_release(&s->lock);
  notify_node_listeners(&s->node, POLLERR);
  node_put(&s->node);
}
