/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The options of any socket.
 */
#define _GNU_SOURCE
#include "sol_socket.h"

#include <errno.h>
#include <string.h>

#include "user_memory.h"

/* net.core.wmem_max and rmem_max, their defaults, and the minima of include/net/sock.h, which
   depend on a size of the kernel's own structures. */
#define MAX_BUFFER 212992
#define DEFAULT_BUFFER 212992
#define MIN_SEND_BUFFER 4608
#define MIN_RECEIVE_BUFFER 2304

#define NANOSECONDS 1000000000LL

void sol_socket_init(struct socket_options *o) {
  o->receive_low_water = 1;
  o->receive_timeout = o->send_timeout = -1;
  o->receive_buffer = o->send_buffer = DEFAULT_BUFFER;
}

int sol_socket_int(const void *value) {
  int i;
  memcpy(&i, value, sizeof i);
  return i;
}

/* ---- Setting --------------------------------------------------------------------------------- */

/* sock_set_timeout(): no time at all is no limit, and a negative time has passed. */
static int set_timeout(int64_t *timeout, const void *value, socklen_t len) {
  struct timeval tv;
  if (len < sizeof tv) {
    return -EINVAL;
  }
  memcpy(&tv, value, sizeof tv);
  if (tv.tv_usec < 0 || tv.tv_usec >= 1000000) {
    return -EDOM;
  }
  if (tv.tv_sec < 0) {
    *timeout = 0;
  } else if (!tv.tv_sec && !tv.tv_usec) {
    *timeout = -1;
  } else if (tv.tv_sec >= INT64_MAX / NANOSECONDS - 1) {
    *timeout = -1;
  } else {
    *timeout = tv.tv_sec * NANOSECONDS + tv.tv_usec * 1000LL;
  }
  return 0;
}

static int set_linger(struct socket_options *o, const void *value, socklen_t len) {
  struct linger l;
  if (len < sizeof l) {
    return -EINVAL;
  }
  memcpy(&l, value, sizeof l);
  o->linger = l.l_onoff;
  if (l.l_onoff) {
    o->linger_seconds = l.l_linger;
  }
  return 0;
}

/* sock_setsockopt(): twice the value, for the overhead. */
static int buffer_size(int value, int min) {
  value = value < 0 || value > MAX_BUFFER ? MAX_BUFFER : value;
  return value * 2 > min ? value * 2 : min;
}

int sol_socket_set(struct socket_options *o, int name, const void *value, socklen_t len) {
  switch (name) {
    case SO_RCVTIMEO:
      return set_timeout(&o->receive_timeout, value, len);
    case SO_SNDTIMEO:
      return set_timeout(&o->send_timeout, value, len);
    case SO_LINGER:
      return set_linger(o, value, len);
    case SO_RCVBUF:
      o->receive_buffer = buffer_size(sol_socket_int(value), MIN_RECEIVE_BUFFER);
      o->receive_buffer_set = true;
      return 0;
    case SO_SNDBUF:
      o->send_buffer = buffer_size(sol_socket_int(value), MIN_SEND_BUFFER);
      o->send_buffer_set = true;
      return 0;
    case SO_RCVLOWAT: {
      int low = sol_socket_int(value);
      o->receive_low_water = low < 0 ? INT32_MAX : low ? low : 1;
      return 0;
    }
    default:
      return -ENOPROTOOPT;
  }
}

/* ---- Reading back ---------------------------------------------------------------------------- */

static struct timeval get_timeout(int64_t timeout) {
  struct timeval tv = {0};
  if (timeout > 0) {
    tv.tv_sec = timeout / NANOSECONDS;
    tv.tv_usec = timeout % NANOSECONDS / 1000;
  }
  return tv;
}

int sol_socket_get(const struct socket_options *o, int name, union sol_value *v) {
  switch (name) {
    case SO_RCVBUF:
      v->i = o->receive_buffer;
      break;
    case SO_SNDBUF:
      v->i = o->send_buffer;
      break;
    case SO_RCVLOWAT:
      v->i = o->receive_low_water;
      break;
    case SO_SNDLOWAT:
      v->i = 1;
      break;
    case SO_LINGER:
      v->linger = (struct linger){o->linger, o->linger_seconds};
      return sizeof v->linger;
    case SO_RCVTIMEO:
      v->timeout = get_timeout(o->receive_timeout);
      return sizeof v->timeout;
    case SO_SNDTIMEO:
      v->timeout = get_timeout(o->send_timeout);
      return sizeof v->timeout;
    default:
      return -ENOPROTOOPT;
  }
  return sizeof v->i;
}

int sol_socket_check_length(const socklen_t *len) {
  if (!user_range_ok(len, sizeof *len)) {
    return -EFAULT;
  }
  return (int)*len < 0 ? -EINVAL : 0;
}

int sol_socket_value_out(const void *v, socklen_t n, void *value, socklen_t *len) {
  n = *len < n ? *len : n;
  if (!user_range_ok(value, n)) {
    return -EFAULT;
  }
  if (n) {
    memcpy(value, v, n);
  }
  *len = n;
  return 0;
}
