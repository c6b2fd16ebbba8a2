/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Blocking for a time (block.h): never by looking at the clock until it has passed, as
 * Emscripten's emscripten_thread_sleep does in a page and in builds without threads.
 */
#include "block.h"

#include "emwake_js.h"
#include "host.h"

#if EMWAKE_THREADS

/* Part of the runtime, without public declarations (threading_internal.h). */
extern int _emscripten_thread_supports_atomics_wait(void);
extern void emscripten_thread_sleep(double ms);

/* It sleeps on a futex, and serves meanwhile what others have proxied. */
static bool block(double ms) {
  bool may = _emscripten_thread_supports_atomics_wait();
  if (may) {
    emscripten_thread_sleep(ms);
  }
  return may;
}

#else

static bool block(double ms) {
  return emwake_js_block(ms);
}

#endif

bool emwake_block(double ms) {
  bool blocked = block(ms);
  if (!blocked) {
    emwake_explain(host_never_waits() ? EMWAKE_NO_FLAG : EMWAKE_BAD_STACK);
  }
  return blocked;
}
