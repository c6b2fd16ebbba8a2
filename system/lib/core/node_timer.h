/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * For those who wait on a node from an event loop and do not sleep: has the node expire when its
 * deadline passes, so that it notifies. It follows the deadline when it is told to; who has one
 * listens to the node, and tells it so after each notification. For a node that never changes by
 * itself it does nothing.
 */
#ifndef EMWAKE_CORE_NODE_TIMER_H
#define EMWAKE_CORE_NODE_TIMER_H

#include "event_loop.h"
#include "node.h"

struct node_timer {
  struct loop_timer timer;
  struct node *node;
};

/* On the loop of the calling thread, like the rest. The caller holds a reference to n until the
   end. Returns 0 or -ENOMEM. */
int node_timer_begin(struct node_timer *t, struct node *n);
void node_timer_follow(struct node_timer *t);
void node_timer_end(struct node_timer *t);

#endif
