/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Interrupts: how an embedder ends the wait of a thread, see <emscripten/interrupt.h>.
 */
#ifndef EMWAKE_CORE_INTERRUPT_H
#define EMWAKE_CORE_INTERRUPT_H

#include <stdbool.h>

/* What can be interrupted has a number, never used twice: the calling thread's. */
int interrupt_self(void);

/* Returns 0 or -ESRCH. From any thread. */
int interrupt_send(int id);

/* Whether one is there for the calling thread; clear takes it back as well. */
bool interrupt_is_pending(void);
bool interrupt_clear(void);

#endif
