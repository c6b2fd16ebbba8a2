/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * getsockopt and setsockopt of AF_UNIX sockets: those of level SOL_SOCKET. The flags among them are
 * only kept, but for SO_PASSCRED.
 */
#define _GNU_SOURCE
#include <errno.h>

#include "unix.h"
#include "user_memory.h"

#ifndef SO_PASSCRED
#define SO_PASSCRED 16
#endif
#ifndef SO_PEERCRED
#define SO_PEERCRED 17
#endif

static const int flags[] = {SO_DEBUG,     SO_REUSEADDR, SO_KEEPALIVE, SO_BROADCAST,
                            SO_DONTROUTE, SO_OOBINLINE, SO_NO_CHECK,  SO_TIMESTAMP};

#define FLAGS (int)(sizeof flags / sizeof *flags)
#define PRIORITY FLAGS
_Static_assert(sizeof flags / sizeof *flags < SOCKET_INT_OPTIONS, "SOCKET_INT_OPTIONS");

static int index_of(int name) {
  for (int i = 0; i < FLAGS; i++) {
    if (flags[i] == name) {
      return i;
    }
  }
  return -1;
}

/* ---- Setting --------------------------------------------------------------------------------- */

/* The caller holds the lock. */
static int set_option(struct unix_socket *s, int name, const void *value, socklen_t len) {
  int number = sol_socket_int(value), i = index_of(name);
  if (i >= 0) {
    s->options.ints[i] = number != 0;
    return 0;
  }
  switch (name) {
    case SO_REUSEPORT:
      return number ? -EOPNOTSUPP : 0;
    case SO_PRIORITY:
      s->options.ints[PRIORITY] = number;
      return 0;
    case SO_PASSCRED:
      __atomic_store_n(&s->passes_credentials, number != 0, __ATOMIC_RELAXED);
      return 0;
    default:
      return sol_socket_set(&s->options, name, value, len);
  }
}

int unix_set_option(struct file *f, int level, int name, const void *value, socklen_t len) {
  struct unix_socket *s = unix_of_file(f);
  if (level != SOL_SOCKET) {
    return -EOPNOTSUPP;
  }
  if (len < sizeof(int)) {
    return -EINVAL;
  }
  if (!user_range_ok(value, len)) {
    return -EFAULT;
  }
  lock_acquire(&s->lock);
  int err = set_option(s, name, value, len);
  lock_release(&s->lock);
  return err;
}

/* ---- Reading back ---------------------------------------------------------------------------- */

union value {
  union sol_value sol;
  struct unix_credentials credentials;
};

/* Returns the length of the value or -ENOPROTOOPT. The caller holds the lock. */
static int get_option(struct unix_socket *s, int name, union value *v) {
  int i = index_of(name);
  if (i >= 0) {
    v->sol.i = s->options.ints[i];
    return sizeof v->sol.i;
  }
  switch (name) {
    case SO_TYPE:
      v->sol.i = s->type;
      break;
    case SO_DOMAIN:
      v->sol.i = AF_UNIX;
      break;
    case SO_PROTOCOL:
    case SO_REUSEPORT:
      v->sol.i = 0;
      break;
    case SO_PRIORITY:
      v->sol.i = s->options.ints[PRIORITY];
      break;
    case SO_ERROR:
      v->sol.i = -unix_take_error(s);
      break;
    case SO_ACCEPTCONN:
      v->sol.i = s->state == UNIX_LISTENING;
      break;
    case SO_PASSCRED:
      v->sol.i = s->passes_credentials;
      break;
    case SO_PEERCRED:
      v->credentials = s->peer_credentials;
      return sizeof v->credentials;
    default:
      return sol_socket_get(&s->options, name, &v->sol);
  }
  return sizeof v->sol.i;
}

int unix_get_option(struct file *f, int level, int name, void *value, socklen_t *len) {
  struct unix_socket *s = unix_of_file(f);
  union value v;
  int err = sol_socket_check_length(len);
  if (err) {
    return err;
  }
  if (level != SOL_SOCKET) {
    return -EOPNOTSUPP;
  }
  lock_acquire(&s->lock);
  int have = get_option(s, name, &v);
  lock_release(&s->lock);
  return have < 0 ? have : sol_socket_value_out(&v, (socklen_t)have, value, len);
}
