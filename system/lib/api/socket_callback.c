/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * emscripten_set_socket_*_callback of <emscripten.h>: the core's events of sockets, on their way to
 * SOCKFS.emit() of src/lib/libsockfs.js.
 */
#include <emscripten/em_macros.h>
#include <string.h>

#include "socket_event.h"

/* name, message: strings. */
void emwake_socket_emit(const char *name, int fd, int error, const char *message);

static void deliver(int fd, enum socket_event event, int error) {
  static const char *const names[] = {
    [SOCKET_EVENT_LISTEN] = "listen",         [SOCKET_EVENT_OPEN] = "open",
    [SOCKET_EVENT_CONNECTION] = "connection", [SOCKET_EVENT_MESSAGE] = "message",
    [SOCKET_EVENT_ERROR] = "error",           [SOCKET_EVENT_CLOSE] = "close",
  };
  emwake_socket_emit(names[event], fd, error, strerror(error));
}

EMSCRIPTEN_KEEPALIVE int emwake_socket_events_begin(void) {
  return socket_events_start(deliver);
}
