/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What can be set on any socket: the options of level SOL_SOCKET that are not flags
 * (sk_setsockopt() in net/core/sock.c), and room for a family's options with int values.
 */
#ifndef EMWAKE_CORE_SOL_SOCKET_H
#define EMWAKE_CORE_SOL_SOCKET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/time.h>

/* The options with int values; each family has its table of them. */
#define SOCKET_INT_OPTIONS 40

struct socket_options {
  int64_t receive_timeout, send_timeout; /* nanoseconds; negative: none */
  int receive_buffer, send_buffer;       /* as getsockopt() says: twice what was asked for */
  int receive_low_water;
  bool receive_buffer_set, send_buffer_set;
  bool linger;
  int linger_seconds;
  int ints[SOCKET_INT_OPTIONS];
};

union sol_value {
  int i;
  struct linger linger;
  struct timeval timeout;
  struct {
    int pid;
    unsigned uid, gid;
  } credentials; /* struct ucred */
};

/* All but ints. */
void sol_socket_init(struct socket_options *o);

/* value has len bytes, an int's at least. 0, -EINVAL, -EDOM, or -ENOPROTOOPT: not one of these. */
int sol_socket_set(struct socket_options *o, int name, const void *value, socklen_t len);

/* Returns the length of the value or -ENOPROTOOPT. */
int sol_socket_get(const struct socket_options *o, int name, union sol_value *v);

/* For getsockopt(2): checks the caller's length, and gives it a value of n bytes, truncated. */
int sol_socket_check_length(const socklen_t *len);
int sol_socket_value_out(const void *v, socklen_t n, void *value, socklen_t *len);

int sol_socket_int(const void *value);

#endif
