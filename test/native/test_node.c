/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Nodes: the memory goes with the last reference, whatever the order, and notify reaches the
 * listeners of the node's queue.
 */
#include "node.h"

#include <poll.h>
#include <pthread.h>

#include "check.h"
#include "fake_node.h"

static void test_references(void) {
  struct fake_node fake;
  fake_init(&fake, &fake_ops);
  CHECK(node_get(&fake.node) == &fake.node);
  node_get(&fake.node);
  node_put(&fake.node);
  node_put(&fake.node);
  CHECK_EQ(fake.frees, 0);
  node_put(&fake.node);
  CHECK_EQ(fake.frees, 1);
  CHECK_EQ(fake.closes, 0); /* closing is the description's matter */
}

static int heard;

static void hear(struct listener *l, int events) {
  (void)l;
  heard = events;
}

static void test_notify(void) {
  struct fake_node fake;
  struct listener l;
  fake_init(&fake, &fake_ops);
  listener_init(&l, hear, POLLIN);
  wait_queue_add(&fake.node.queue, &l);
  notify_node_listeners(&fake.node, POLLIN | POLLRDNORM);
  CHECK_EQ(heard, POLLIN | POLLRDNORM);
  CHECK_EQ(fake.polls, 0); /* notify derives nothing */
  wait_queue_remove(&l);
  node_put(&fake.node);
}

static void *get_and_put(void *n) {
  for (int i = 0; i < 20000; i++) {
    node_put(node_get(n));
  }
  node_put(n);
  return NULL;
}

static void test_references_from_threads(void) {
  enum { N = 4 };
  struct fake_node fake;
  pthread_t threads[N];
  fake_init(&fake, &fake_ops);
  for (int i = 0; i < N; i++) {
    CHECK_EQ(pthread_create(&threads[i], NULL, get_and_put, node_get(&fake.node)), 0);
  }
  node_put(&fake.node);
  for (int i = 0; i < N; i++) {
    CHECK_EQ(pthread_join(threads[i], NULL), 0);
  }
  CHECK_EQ(fake.frees, 1);
}

int main(void) {
  test_references();
  test_notify();
  test_references_from_threads();
  return 0;
}
