/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * <emscripten/async_wake.h> over core/async_wake.c.
 */
#include <emscripten/async_wake.h>

#include "async_wake.h"
#include "host.h"

int emscripten_async_wake_init(void) {
  return async_wake_open();
}

int emscripten_async_wake_wait(int handle, em_async_wake_callback callback, void *user_data) {
  return async_wake_wait(handle, callback, user_data);
}

int emscripten_async_wake_notify(int handle) {
  return async_wake_notify(handle);
}

int emscripten_async_wake_deinit(int handle) {
  return host_fd_close(handle);
}
