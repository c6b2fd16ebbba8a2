/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Names of AF_UNIX sockets (unix(7), "Address format"): paths, which are files of the host's, and
 * abstract names, which are the core's own. A path leads to a file, and the file's identity to the
 * socket: so a link leads there too, and a name that was unlinked does not.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host.h"
#include "sock_address.h"
#include "unix.h"
#include "user_memory.h"

#define BUCKETS 64

/* Under the topology lock. */
static struct unix_socket *bound[BUCKETS];

/* ---- What is bound --------------------------------------------------------------------------- */

static struct unix_socket **bucket_of(const struct unix_address *a) {
  uint32_t hash = (uint32_t)(a->inode ^ a->inode >> 32);
  if (!a->is_path) {
    for (socklen_t i = 0; i < a->len; i++) {
      hash = hash * 31 + ((const unsigned char *)&a->name)[i];
    }
  }
  return &bound[hash % BUCKETS];
}

static bool same_address(const struct unix_address *a, const struct unix_address *b) {
  if (a->is_path || b->is_path) {
    return a->is_path && b->is_path && a->inode == b->inode;
  }
  return a->len == b->len && !memcmp(&a->name, &b->name, a->len);
}

/* Sockets of different types may have the same abstract name: the type is part of the kernel's
   hash. */
static struct unix_socket *lookup(const struct unix_address *a, int type) {
  struct unix_socket *s = *bucket_of(a);
  while (s && !(same_address(&s->address, a) && (a->is_path || s->type == type))) {
    s = s->next_bound;
  }
  return s;
}

static void add(struct unix_socket *s, const struct unix_address *a) {
  struct unix_socket **bucket = bucket_of(a);
  lock_acquire(&s->lock);
  s->address = *a;
  s->has_address = s->is_bound = true;
  lock_release(&s->lock);
  s->next_bound = *bucket;
  *bucket = s;
}

void unix_name_remove(struct unix_socket *s) {
  if (!s->is_bound) { /* an accepted connection has its listener's name, but is not found by it */
    return;
  }
  struct unix_socket **link = bucket_of(&s->address);
  while (*link != s) {
    link = &(*link)->next_bound;
  }
  *link = s->next_bound;
}

/* ---- Names of the caller's ------------------------------------------------------------------- */

int unix_name_in(struct sockaddr_un *name, socklen_t *name_len, const struct sockaddr *addr,
                 socklen_t len) {
  if ((int)len < 0 || len > sizeof(struct sockaddr_storage)) {
    return -EINVAL;
  }
  if (!user_range_ok(addr, len)) {
    return -EFAULT;
  }
  if (len <= UNIX_NAME_OFFSET || len > sizeof *name) { /* unix_validate_addr() */
    return -EINVAL;
  }
  memset(name, 0, sizeof *name);
  memcpy(name, addr, len);
  *name_len = len;
  return name->sun_family == AF_UNIX ? 0 : -EINVAL;
}

/* A path of 108 bytes needs no 0 behind it; unix_mkname_bsd() adds one. */
struct path {
  char text[sizeof(struct sockaddr_un) + 1];
};

static void path_of(struct path *path, const struct sockaddr_un *name) {
  memset(path, 0, sizeof *path);
  memcpy(path->text, name->sun_path, sizeof name->sun_path);
}

/* What to look for. */
static int address_of(struct unix_address *a, const struct sockaddr_un *name, socklen_t len) {
  memset(a, 0, sizeof *a);
  a->name = *name;
  a->len = len;
  a->is_path = name->sun_path[0];
  if (!a->is_path) {
    return 0;
  }
  struct path path;
  path_of(&path, name);
  return host_socket_path_find(path.text, &a->inode);
}

int unix_find(const struct sockaddr_un *name, socklen_t len, int type, struct unix_socket **found) {
  struct unix_address a;
  int err = address_of(&a, name, len);
  if (err) {
    return err;
  }
  lock_acquire(&emwake_unix_topology);
  struct unix_socket *s = lookup(&a, type);
  if (!s) {
    err = -ECONNREFUSED;
  } else if (s->type != type) {
    err = -EPROTOTYPE;
  } else {
    node_get(&s->node);
    *found = s;
  }
  lock_release(&emwake_unix_topology);
  return err;
}

bool unix_is_outside(const struct sockaddr_un *name, socklen_t len) {
  struct unix_address a;
  if (!name->sun_path[0] || address_of(&a, name, len)) {
    return false;
  }
  lock_acquire(&emwake_unix_topology);
  bool outside = !lookup(&a, 0);
  lock_release(&emwake_unix_topology);
  return outside;
}

/* ---- bind ------------------------------------------------------------------------------------ */

/* unix_bind_abstract() */
static int bind_abstract(struct unix_socket *s, const struct unix_address *a) {
  int err = 0;
  lock_acquire(&emwake_unix_topology);
  if (s->has_address) {
    err = -EINVAL;
  } else if (lookup(a, s->type)) {
    err = -EADDRINUSE;
  } else {
    add(s, a);
  }
  lock_release(&emwake_unix_topology);
  return err;
}

int unix_autobind(struct unix_socket *s) {
  static unsigned next; /* under the topology lock */
  struct unix_address a = {.len = UNIX_NAME_OFFSET + 6, .name = {.sun_family = AF_UNIX}};
  int err = -EADDRINUSE;
  while (err == -EADDRINUSE) {
    lock_acquire(&emwake_unix_topology);
    unsigned number = next++ & 0xfffff;
    bool done = s->has_address;
    lock_release(&emwake_unix_topology);
    if (done) {
      return 0;
    }
    char digits[8];
    snprintf(digits, sizeof digits, "%05x", number);
    memcpy(a.name.sun_path + 1, digits, 5);
    err = bind_abstract(s, &a);
  }
  return err == -EINVAL ? 0 : err; /* another thread was faster */
}

/* unix_bind_bsd(): the file is there before it turns out whether the socket may have it. */
static int bind_path(struct unix_socket *s, const struct sockaddr_un *name) {
  struct path path;
  path_of(&path, name);
  struct unix_address a = {.name = *name, .is_path = true};
  a.len = UNIX_NAME_OFFSET + (socklen_t)strlen(path.text) + 1;
  if (a.len > sizeof a.name) {
    a.len = sizeof a.name;
  }
  int err = host_socket_path_make(path.text, &a.inode);
  if (err) {
    return err;
  }
  lock_acquire(&emwake_unix_topology);
  if (s->has_address) {
    err = -EINVAL;
  } else {
    add(s, &a);
  }
  lock_release(&emwake_unix_topology);
  if (err) {
    host_socket_path_remove(path.text, a.inode);
  }
  return err;
}

int unix_bind(struct file *f, const struct sockaddr *addr, socklen_t len) {
  struct unix_socket *s = unix_of_file(f);
  struct unix_address a = {0};
  if (len == UNIX_NAME_OFFSET && user_range_ok(addr, len) && addr->sa_family == AF_UNIX) {
    return unix_autobind(s);
  }
  int err = unix_name_in(&a.name, &a.len, addr, len);
  if (err) {
    return err;
  }
  return a.name.sun_path[0] ? bind_path(s, &a.name) : bind_abstract(s, &a);
}

/* ---- getsockname, getpeername ---------------------------------------------------------------- */

/* unix_getname() */
int unix_name(struct file *f, struct sockaddr *addr, socklen_t *len, bool peer) {
  struct unix_socket *s = unix_of_file(f);
  if (peer) {
    s = unix_peer_get(s);
    if (!s) {
      return -ENOTCONN;
    }
  }
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  socklen_t full = UNIX_NAME_OFFSET;
  lock_acquire(&s->lock);
  if (s->has_address) {
    name = s->address.name;
    full = s->address.len;
  }
  lock_release(&s->lock);
  if (peer) {
    node_put(&s->node);
  }
  return sock_name_out(&name, full, addr, len);
}
