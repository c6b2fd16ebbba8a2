/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A listener that remembers what it was told.
 */
#ifndef EMWAKE_TEST_EAR_H
#define EMWAKE_TEST_EAR_H

#include <poll.h>

#include "file.h"
#include "node.h"

struct ear {
  struct listener listener; /* first */
  struct node *node;
  int heard;
};

static inline void ear_hear(struct listener *l, int events) {
  ((struct ear *)l)->heard |= events;
}

static inline void listen_to(struct ear *ear, int fd) {
  ear->node = node_of_fd(fd);
  ear->heard = 0;
  listener_init(&ear->listener, ear_hear, POLLIN | POLLOUT);
  wait_queue_add(&ear->node->queue, &ear->listener);
}

/* What it was told since the last time. */
static inline int heard(struct ear *ear) {
  int events = ear->heard;
  ear->heard = 0;
  return events;
}

static inline void stop_listening(struct ear *ear) {
  wait_queue_remove(&ear->listener);
  node_put(ear->node);
}

#endif
