/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * emscripten_task_poll_start(): a poll request whose callback runs as a task.
 */
#include <emscripten/threading.h>
#include <errno.h>
#include <stddef.h>

#include "kmem.h"
#include "poll_request.h"
#include "task.h"

typedef void (*callback_fn)(int fd, int revents, void *user_data);

struct call {
  callback_fn callback;
  void *user_data;
  int fd, revents;
};

static void *call(void *arg) {
  struct call c = *(struct call *)arg;
  kmem_free(arg, sizeof c);
  c.callback(c.fd, c.revents, c.user_data);
  return NULL;
}

/* Returns true to try again. */
static bool spawn(int fd, int revents, poll_request_callback callback, void *user) {
  struct call *c = kmem_alloc(sizeof *c);
  if (!c) {
    return true;
  }
  *c = (struct call){(callback_fn)callback, user, fd, revents};
  em_task_attr_t attr = {.name = "poll callback"};
  if (emscripten_task_spawn(NULL, &attr, call, c)) {
    kmem_free(c, sizeof *c);
    return true;
  }
  return false;
}

int emscripten_task_poll_start(int fd, int events, int timeout, callback_fn callback,
                               void *user_data) {
  if (!emscripten_is_main_runtime_thread()) {
    return -ENOTSUP;
  }
  return poll_request_start(fd, events, timeout, spawn, (poll_request_callback)callback, user_data);
}
