/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What a wait of the calling stack would be like, for descriptors that have another way when it
 * cannot be.
 */
#ifndef EMWAKE_HOST_SLEEP_H
#define EMWAKE_HOST_SLEEP_H

#include <stdbool.h>

/* Whether the calling stack can wait for what the host's event loop brings. */
bool emwake_can_await_events(void);

#endif
