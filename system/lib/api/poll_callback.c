/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * <emscripten/poll.h>: each form is a few lines over core/poll_request.c.
 */
#include <emscripten/poll.h>

#include "poll_request.h"

static bool call_plain(int fd, int revents, poll_request_callback callback, void *user) {
  (void)user;
  ((em_poll_callback)callback)(fd, revents);
  return false;
}

int emscripten_poll_with_callback(int fd, int events, int timeout, em_poll_callback callback) {
  int id = poll_request_start(fd, events, timeout, call_plain, (poll_request_callback)callback, 0);
  return id < 0 ? id : 0;
}

static bool call_user(int fd, int revents, poll_request_callback callback, void *user) {
  ((em_poll_user_callback)callback)(fd, revents, user);
  return false;
}

int emscripten_poll_start(int fd, int events, int timeout, em_poll_user_callback callback,
                          void *user_data) {
  return poll_request_start(fd, events, timeout, call_user, (poll_request_callback)callback,
                            user_data);
}

static bool call_multishot(int fd, int revents, poll_request_callback callback, void *user) {
  return ((em_poll_multishot_callback)callback)(fd, revents, user);
}

int emscripten_poll_start_multishot(int fd, int events, int timeout,
                                    em_poll_multishot_callback callback, void *user_data) {
  return poll_request_start(fd, events, timeout, call_multishot, (poll_request_callback)callback,
                            user_data);
}

int emscripten_poll_cancel(int id) {
  return poll_request_cancel(id);
}
