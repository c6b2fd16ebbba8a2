/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * <emscripten/interrupt.h> over core/interrupt.h.
 */
#include <emscripten/em_macros.h>
#include <emscripten/interrupt.h>

#include "interrupt.h"

em_interruptible_t emscripten_interruptible_self(void) {
  return interrupt_self();
}

/* JavaScript calls it too. */
EMSCRIPTEN_KEEPALIVE int emscripten_interrupt(em_interruptible_t target) {
  return interrupt_send(target);
}

bool emscripten_interrupt_pending(void) {
  return interrupt_is_pending();
}

bool emscripten_interrupt_clear(void) {
  return interrupt_clear();
}
