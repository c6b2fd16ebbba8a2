/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What the program's descriptors are, in which state, and who waits for them: as JSON, for
 * <emscripten/diag.h>. It asks what any program may ask (the operations of nodes), changes nothing, and
 * may be called from any thread at any time.
 *
 *   [{"fd": 3, "kind": "pipe", "node": 4711, "flags": 0, "ready": 1, "unread": 5, "size": 65536,
 *     "listeners": [{"kind": "wait", "waiter": 815, "events": 1, "exclusive": true}, ...]}, ...]
 *
 * node and waiter are addresses. ready, events: poll(2) bits. Kinds of listeners: "wait", a blocked call;
 * "epoll", a watch (with the instance's node in "epoll"); "callback", with the "id" of its request if it
 * is a poll request. What a kind of descriptor does not have is left out: "unread" and "unsent" bytes,
 * "size" of a pipe, "count" of an eventfd, "expires" in milliseconds, "domain", "type", "listening",
 * "local" and "peer" of a socket.
 */
#ifndef EMWAKE_CORE_DIAG_H
#define EMWAKE_CORE_DIAG_H

#include <stddef.h>

/* NULL: out of memory. The caller frees it with diag_free(). */
char *diag_descriptors(void);
void diag_free(char *text);

#endif
