/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The door for JavaScript (src/lib/libemwake_door.js): core/socket_door.h with addresses as text. On the
 * runtime's main thread.
 */
#include <arpa/inet.h>
#include <emscripten/em_macros.h>
#include <errno.h>
#include <string.h>

#include "file.h"
#include "kmem.h"
#include "socket_door.h"

/* Bytes on their way between streams and sockets; of one call at a time. */
#define BUFFER_SIZE 65536

EMSCRIPTEN_KEEPALIVE void *emwake_door_buffer(void) {
  static void *buffer;
  if (!buffer) {
    buffer = kmem_alloc(BUFFER_SIZE);
  }
  return buffer;
}

static int parse(const char *host, int port, union sock_address *a) {
  memset(a, 0, sizeof *a);
  if (inet_pton(AF_INET, host, &a->in.sin_addr) == 1) {
    a->any.sa_family = AF_INET;
  } else if (inet_pton(AF_INET6, host, &a->in6.sin6_addr) == 1) {
    a->any.sa_family = AF_INET6;
  } else {
    return -EINVAL;
  }
  sock_address_set_port(a, port);
  return 0;
}

EMSCRIPTEN_KEEPALIVE struct file *emwake_door_connect(const char *host, int port, int *err) {
  union sock_address a;
  *err = parse(host, port, &a);
  return *err ? NULL : socket_door_connect(&a, err);
}

EMSCRIPTEN_KEEPALIVE int emwake_door_connected(struct file *f) {
  return socket_door_connected(f);
}

EMSCRIPTEN_KEEPALIVE struct file *emwake_door_listen(const char *host, int port, int backlog,
                                                     int *err) {
  union sock_address a;
  *err = parse(host, port, &a);
  return *err ? NULL : socket_door_listen(&a, backlog, err);
}

EMSCRIPTEN_KEEPALIVE struct file *emwake_door_accept(struct file *f, int *err) {
  return socket_door_accept(f, err);
}

EMSCRIPTEN_KEEPALIVE int emwake_door_shutdown(struct file *f, int how) {
  return socket_door_shutdown(f, how);
}

EMSCRIPTEN_KEEPALIVE void emwake_door_close(struct file *f, int reset) {
  if (reset) {
    socket_door_reset_on_close(f);
  }
  file_put(f);
}

/* Writes the address (INET6_ADDRSTRLEN bytes), and returns the port; 0: it has none. */
EMSCRIPTEN_KEEPALIVE int emwake_door_name(struct file *f, int peer, char *host) {
  union sock_address a;
  if (socket_door_name(f, peer, &a)) {
    return 0;
  }
  const void *address = a.any.sa_family == AF_INET6 ? (void *)&a.in6.sin6_addr : &a.in.sin_addr;
  inet_ntop(a.any.sa_family, address, host, INET6_ADDRSTRLEN);
  return sock_address_port(&a);
}
