/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * From begin to end the loop timer is set, if only to DEADLINE_NONE, so that moving it takes no
 * memory.
 */
#include "node_timer.h"

static void fire(struct loop_timer *timer) {
  struct node_timer *t = (struct node_timer *)timer;
  t->node->ops->expire(t->node);
  node_timer_follow(t);
}

int node_timer_begin(struct node_timer *t, struct node *n) {
  loop_timer_init(&t->timer, fire);
  t->node = n;
  return n->ops->deadline ? loop_timer_set(&t->timer, DEADLINE_NONE) : 0;
}

void node_timer_follow(struct node_timer *t) {
  if (t->node->ops->deadline) {
    loop_timer_set(&t->timer, node_deadline(t->node));
  }
}

void node_timer_end(struct node_timer *t) {
  loop_timer_cancel(&t->timer);
}
