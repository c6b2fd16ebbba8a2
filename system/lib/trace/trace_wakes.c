/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The wrappers of sleeps, wakes and notifications. Wakes that end a sleep before it has begun are not
 * among them: they never reach the host.
 */

#include "host.h"
#include "node.h"
#include "trace.h"

int __real_emwake_host_wait(struct waiter *w, int how, deadline_t deadline);
void __real_emwake_host_wake(struct waiter *w, int how);
void __real_notify_node_listeners(struct node *n, int events);

static void add(enum trace_kind kind, const void *object, double begin, int result) {
  struct trace_event e = {.begin = begin,
                          .end = emwake_trace_now(),
                          .object = (double)(uintptr_t)object,
                          .kind = kind,
                          .result = result};
  emwake_trace_add(&e);
}

int __wrap_emwake_host_wait(struct waiter *w, int how, deadline_t deadline) {
  if (!emwake_trace_on) {
    return __real_emwake_host_wait(w, how, deadline);
  }
  double begin = emwake_trace_now();
  int r = __real_emwake_host_wait(w, how, deadline);
  add(TRACE_SLEEP, w, begin, r);
  return r;
}

void __wrap_emwake_host_wake(struct waiter *w, int how) {
  if (emwake_trace_on) {
    add(TRACE_WAKE, w, emwake_trace_now(), 0);
  }
  __real_emwake_host_wake(w, how);
}

void __wrap_notify_node_listeners(struct node *n, int events) {
  if (emwake_trace_on && !wait_queue_is_empty(&n->queue)) {
    add(TRACE_NOTIFY, n, emwake_trace_now(), events);
  }
  __real_notify_node_listeners(n, events);
}
