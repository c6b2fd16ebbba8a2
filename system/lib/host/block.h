/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Letting time pass where the calling stack cannot be suspended.
 */
#ifndef EMWAKE_BLOCK_H
#define EMWAKE_BLOCK_H

#include <stdbool.h>

/* Blocks the calling thread, and its event loop with it, for about ms milliseconds; false, and a
   message that names the flags to add, where a thread may not block: a page's main thread. */
bool emwake_block(double ms);

#endif
