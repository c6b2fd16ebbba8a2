/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Diagnostics for JavaScript (src/lib/libemwake_diag.js).
 */
#include <emscripten/em_macros.h>

#include "context_pool.h"
#include "diag.h"

extern __typeof__(emwake_context_name_at) emwake_context_name_at __attribute__((weak));

EMSCRIPTEN_KEEPALIVE char *emwake_diag_begin(void) {
  return diag_descriptors();
}

EMSCRIPTEN_KEEPALIVE void emwake_diag_end(char *text) {
  diag_free(text);
}

/* Of the task or export on whose stack the address is; NULL: it is on none of theirs. */
EMSCRIPTEN_KEEPALIVE const char *emwake_diag_context(const void *address) {
  return &emwake_context_name_at ? emwake_context_name_at(address) : NULL;
}
