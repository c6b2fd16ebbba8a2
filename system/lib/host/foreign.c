/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Descriptors of Emscripten's own file systems, as nodes. Regular files and directories are always
 * ready (poll(2)); a device with a poll operation derives by it, and its FS node's notifyListeners
 * wakes the node's wait queue (libemwake.js).
 */
#include "foreign.h"

#include <emscripten/em_macros.h>
#include <poll.h>

#include "emwake_js.h"
#include "kmem.h"
#include "node.h"

struct device {
  struct node node;
  int fd;
};

static int regular_poll(struct node *n) {
  (void)n;
  return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
}

static int device_poll(struct node *n) {
  return emwake_foreign_poll(((struct device *)n)->fd, n);
}

static void nothing(struct node *n) {
  (void)n;
}

static const struct node_ops regular_ops = {
  .name = "regular",
  .always_ready = true,
  .poll = regular_poll,
  .close = nothing,
  .free = nothing,
};

static const struct node_ops device_ops = {
  .name = "device",
  .poll = device_poll,
  .close = nothing,
  .free = nothing,
};

static struct node regular = {.ops = &regular_ops, .refs = 1};

EMSCRIPTEN_KEEPALIVE struct node *emwake_regular_node(void) {
  return &regular;
}

EMSCRIPTEN_KEEPALIVE struct node *emwake_device_node(int fd) {
  struct device *d = kmem_alloc(sizeof *d);
  if (!d) {
    return NULL;
  }
  d->fd = fd;
  node_init(&d->node, &device_ops);
  return &d->node;
}
