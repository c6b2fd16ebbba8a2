/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Waiting without sleeping: a request that calls a function from the event loop when a descriptor
 * is ready. The callback, promise and multishot forms of <emscripten/poll.h> are a few lines each
 * over this.
 */
#ifndef EMWAKE_CORE_POLL_REQUEST_H
#define EMWAKE_CORE_POLL_REQUEST_H

#include <stdbool.h>

/* Any function; cast back to its own type before it is called. */
typedef void (*poll_request_callback)(void);

/*
 * Called from the event loop of the thread that started the request. revents: poll(2) bits, 0 when
 * the timeout has passed, POLLNVAL when fd was closed. callback and user are those of
 * poll_request_start. Returns whether to wait again, with the same timeout.
 */
typedef bool (*poll_request_fn)(int fd, int revents, poll_request_callback callback, void *user);

/*
 * Starts waiting for events on fd. timeout: milliseconds, negative for none. The runtime is kept
 * alive until the request ends. Returns its id (> 0), or
 *   -EBADF  fd is not open
 *   -EPERM  fd cannot tell when it is ready (a regular file)
 *   -ENOMEM
 * fn is never called from within this call.
 */
int poll_request_start(int fd, int events, int timeout, poll_request_fn fn,
                       poll_request_callback callback, void *user);

/*
 * Ends a request; its fn is not called again. Returns 0, or
 *   -ENOENT  there is no such request: it has ended
 *   -EPERM   another thread started it
 */
int poll_request_cancel(int id);

struct listener;

/* For diagnostics: the id of the request whose listener l is; 0: it is none. The caller holds the
   lock of its queue. */
int poll_request_of_listener(const struct listener *l);

#endif
