/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * <emscripten/epoll.h> over core/epoll_listener.c.
 */
#include <emscripten/epoll.h>

#include "epoll_listener.h"

int emscripten_epoll_add_listener(int epfd, em_epoll_callback callback, void *user_data) {
  return -epoll_listener_add(epfd, callback, user_data);
}

int emscripten_epoll_remove_listener(int epfd, em_epoll_callback callback) {
  return -epoll_listener_remove(epfd, callback);
}
