/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Waking an event loop from any thread: <emscripten/async_wake.h> says what it promises. A handle is
 * an eventfd; a wait is a poll request that takes the notification before it calls.
 */
#ifndef EMWAKE_CORE_ASYNC_WAKE_H
#define EMWAKE_CORE_ASYNC_WAKE_H

#include <stdbool.h>

/* error: 0, or EBADF when the handle was closed. Returns whether to wait again. */
typedef bool (*async_wake_fn)(int fd, int error, void *user);

/* A new handle, or -EMFILE or -ENOMEM. */
int async_wake_open(void);

/* Returns the id of a poll request, or -EBADF, -EINVAL (no eventfd) or -ENOMEM. */
int async_wake_wait(int fd, async_wake_fn fn, void *user);

/* Returns 0, -EBADF or -EINVAL. From any thread; never blocks. */
int async_wake_notify(int fd);

#endif
