/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Listeners of JavaScript code, addNodeListener of src/lib/libemwake_listener.js: a notify posts to
 * the event loop, and the function is called from there with the events that came together.
 */
#include <emscripten/em_macros.h>
#include <stddef.h>

#include "event_loop.h"
#include "kmem.h"
#include "node_timer.h"

/* Calls the function; it may remove its own listener. */
void emwake_listener_call(int id, int events);

struct js_listener {
  struct listener listener;
  struct loop_work work;
  struct node_timer timer;
  struct node *node;
  int id;
#if EMWAKE_THREADS
  _Atomic int events;
#else
  int events;
#endif
};

static void on_notify(struct listener *l, int events) {
  struct js_listener *j =
    (struct js_listener *)((char *)l - offsetof(struct js_listener, listener));
  j->events |= events;
  event_loop_post(&j->work);
}

static void run(struct loop_work *w) {
  struct js_listener *j = (struct js_listener *)((char *)w - offsetof(struct js_listener, work));
  int events = j->events;
  j->events &= ~events;
  node_timer_follow(&j->timer);
  if (events & ~DEADLINE_MOVED) {
    emwake_listener_call(j->id, events & ~DEADLINE_MOVED);
  }
}

/* On the runtime's main thread, where FS is. NULL: out of memory. */
EMSCRIPTEN_KEEPALIVE struct js_listener *emwake_listener_add(struct node *n, int events, int id) {
  struct js_listener *j = kmem_zalloc(sizeof *j);
  if (!j) {
    return NULL;
  }
  if (node_timer_begin(&j->timer, n) != 0) {
    kmem_free(j, sizeof *j);
    return NULL;
  }
  j->id = id;
  j->node = node_get(n);
  listener_init(&j->listener, on_notify, events);
  loop_work_init(&j->work, run);
  wait_queue_add(&n->queue, &j->listener);
  node_timer_follow(&j->timer);
  return j;
}

EMSCRIPTEN_KEEPALIVE void emwake_listener_remove(struct js_listener *j) {
  wait_queue_remove(&j->listener);
  event_loop_cancel(&j->work);
  node_timer_end(&j->timer);
  node_put(j->node);
  kmem_free(j, sizeof *j);
}
