/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Async wake-ups, over eventfds and poll requests.
 */
#include "async_wake.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "eventfd.h"
#include "file.h"
#include "poll_request.h"

int async_wake_open(void) {
  return eventfd_open(0, O_NONBLOCK | O_CLOEXEC);
}

/* The description of an eventfd, with a reference. Returns 0, -EBADF or -EINVAL. */
static int handle_get(int fd, struct file **f) {
  *f = file_get(fd);
  if (!*f) {
    return -EBADF;
  }
  if (!eventfd_is_instance((*f)->node)) {
    file_put(*f);
    return -EINVAL;
  }
  return 0;
}

/* Whether there was a notification: of several who wait for one, one gets it. */
static bool take(int fd) {
  struct file *f;
  if (handle_get(fd, &f) != 0) {
    return false; /* closed at this moment, which the next derivation sees */
  }
  bool taken = eventfd_take(f->node);
  file_put(f);
  return taken;
}

static bool on_ready(int fd, int revents, poll_request_callback callback, void *user) {
  async_wake_fn fn = (async_wake_fn)callback;
  if (revents & POLLNVAL) {
    fn(fd, EBADF, user);
    return false;
  }
  return take(fd) ? fn(fd, 0, user) : true;
}

int async_wake_wait(int fd, async_wake_fn fn, void *user) {
  struct file *f;
  int err = handle_get(fd, &f);
  if (err) {
    return err;
  }
  int id = poll_request_start(fd, POLLIN, -1, on_ready, (poll_request_callback)fn, user);
  file_put(f);
  return id;
}

int async_wake_notify(int fd) {
  struct file *f;
  int err = handle_get(fd, &f);
  if (err) {
    return err;
  }
  /* What does not fit is not missed: the counter is full, and so it is readable. */
  eventfd_add(f->node, 1, true);
  file_put(f);
  return 0;
}
