/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A node whose readiness the test sets, and which counts its closes and frees.
 */
#ifndef EMWAKE_TEST_FAKE_NODE_H
#define EMWAKE_TEST_FAKE_NODE_H

#include "node.h"

struct fake_node {
  struct node node;
  _Atomic int ready, polls, closes, frees;
};

static inline int fake_poll(struct node *n) {
  struct fake_node *fake = (struct fake_node *)n;
  fake->polls++;
  return fake->ready;
}

static inline void fake_close(struct node *n) {
  ((struct fake_node *)n)->closes++;
}

static inline void fake_free(struct node *n) {
  ((struct fake_node *)n)->frees++;
}

static const struct node_ops fake_ops = {
  .name = "fake",
  .poll = fake_poll,
  .close = fake_close,
  .free = fake_free,
};

static const struct node_ops fake_always_ready_ops = {
  .name = "fake file",
  .always_ready = true,
  .poll = fake_poll,
  .close = fake_close,
  .free = fake_free,
};

static inline void fake_init(struct fake_node *fake, const struct node_ops *ops) {
  *fake = (struct fake_node){.ready = 0};
  node_init(&fake->node, ops);
}

/* What a producer does: state first, then notify. */
static inline void fake_become(struct fake_node *fake, int ready) {
  fake->ready = ready;
  notify_node_listeners(&fake->node, ready);
}

#endif
