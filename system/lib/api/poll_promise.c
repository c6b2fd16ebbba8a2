/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The promise form of <emscripten/poll.h>.
 */
#include <emscripten/poll.h>
#include <stdint.h>

#include "poll_request.h"

static void settle(em_promise_t promise, em_promise_result_t how, int value) {
  emscripten_promise_resolve(promise, how, (void *)(intptr_t)value);
  emscripten_promise_destroy(promise);
}

static bool fulfill(int fd, int revents, poll_request_callback callback, void *promise) {
  (void)fd;
  (void)callback;
  settle(promise, EM_PROMISE_FULFILL, revents);
  return false;
}

/* Two promises: ours lives until the request ends, the caller's follows it and may be destroyed at
   any time. */
em_promise_t emscripten_poll_promise(int fd, int events, int timeout) {
  em_promise_t ours = emscripten_promise_create();
  em_promise_t callers = emscripten_promise_create();
  emscripten_promise_resolve(callers, EM_PROMISE_MATCH, ours);
  int id = poll_request_start(fd, events, timeout, fulfill, 0, ours);
  if (id < 0) {
    settle(ours, EM_PROMISE_REJECT, -id);
  }
  return callers;
}
