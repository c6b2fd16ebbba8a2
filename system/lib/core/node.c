/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Nodes: reference counts, and the one way in which anybody learns of a change.
 */
#include "node.h"

void node_init(struct node *n, const struct node_ops *ops) {
  *n = (struct node){.ops = ops, .refs = 1};
}

struct node *node_get(struct node *n) {
  n->refs++;
  return n;
}

void node_put(struct node *n) {
  if (--n->refs == 0) {
    n->ops->free(n);
  }
}

int node_poll(struct node *n) {
  if (n->ops->expire) {
    n->ops->expire(n);
  }
  return n->ops->poll(n);
}

deadline_t node_deadline(struct node *n) {
  return n->ops->deadline ? n->ops->deadline(n) : DEADLINE_NONE;
}

void notify_node_listeners(struct node *n, int events) {
  wait_queue_notify(&n->queue, events);
}
