/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Functions for the event loops of other threads, posted with a lock of the core held. To post takes
 * a mutex of the runtime's, for which the main thread may have to wait, and in such a wait the runtime
 * sees to timers: not while emwake_proxying.
 */
#ifndef EMWAKE_HOST_PROXY_H
#define EMWAKE_HOST_PROXY_H

#include <emscripten/proxying.h>
#include <emscripten/threading.h>
#include <stdbool.h>

/* Of the main thread alone. */
extern int emwake_proxying;

static inline void proxy_async(pthread_t to, void (*run)(void *arg), void *arg) {
  bool here = emscripten_is_main_runtime_thread();
  if (here) {
    emwake_proxying++;
  };
  emscripten_proxy_async(emscripten_proxy_get_system_queue(), to, run, arg);
  if (here) {
    emwake_proxying--;
  };
}

#endif
