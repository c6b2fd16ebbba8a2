/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * AF_UNIX streams to other processes (core/unix_outside.c), carried by Node.js: the part of
 * src/lib/libunixsock_node.js that is C. What happens to the sockets inside the program, on any
 * thread, is told to the main thread, where Node's handles are.
 */
#include <emscripten/em_macros.h>
#include <errno.h>
#include <poll.h>

#include "kmem.h"
#include "unix.h"

#if EMWAKE_THREADS
#include <emscripten/proxying.h>
#include <emscripten/threading.h>
#endif

/* Something may have changed at what JavaScript calls id; only notes it. On the main thread. */
void emwake_unixnode_changed(void *id);

struct watcher {
  struct listener listener;
  struct node *node; /* a reference */
  void *id;
};

#if EMWAKE_THREADS

static void tell(void *id) {
  if (emscripten_is_main_runtime_thread()) {
    emwake_unixnode_changed(id);
  } else {
    emscripten_proxy_async(emscripten_proxy_get_system_queue(), emscripten_main_runtime_thread_id(),
                           emwake_unixnode_changed, id);
  }
}

#else

static void tell(void *id) {
  emwake_unixnode_changed(id);
}

#endif

static void on_change(struct listener *l, int events) {
  (void)events;
  tell(((struct watcher *)l)->id);
}

static struct watcher *watch(struct node *n, struct wait_queue *q, int events) {
  struct watcher *w = kmem_alloc(sizeof *w);
  if (w) {
    w->node = node_get(n);
    w->id = w;
    listener_init(&w->listener, on_change, events);
    wait_queue_add(q, &w->listener);
  }
  return w;
}

/* NULL: out of memory. */
struct watcher *emwake_unixnode_watch_end(struct file *end) {
  return watch(end->node, &end->node->queue, UNIX_EVENTS);
}

struct watcher *emwake_unixnode_watch_room(struct node *listener) {
  return watch(listener, &((struct unix_socket *)listener)->room, POLLOUT);
}

void emwake_unixnode_unwatch(struct watcher *w) {
  wait_queue_remove(&w->listener);
  node_put(w->node);
  kmem_free(w, sizeof *w);
}

int emwake_unixnode_connected(struct file *end, int error) {
  return unix_outside_connected(end, error);
}

/* NULL: the queue is full, or the listener is gone. */
struct file *emwake_unixnode_accept(struct node *listener) {
  int err;
  return unix_outside_accept((struct unix_socket *)listener, &err);
}

/* Nothing more is going to come from the other process. */
void emwake_unixnode_end(struct file *end) {
  emwake_unix_family.shutdown(end, SHUT_WR);
}

/* Whether the program has closed its side. */
int emwake_unixnode_is_over(struct file *end) {
  return (end->node->ops->poll(end->node) & POLLHUP) != 0;
}

void emwake_unixnode_close(struct file *end, int error) {
  if (error) {
    unix_outside_fail(end, error);
  }
  file_put(end);
}
