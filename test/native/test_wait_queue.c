/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Wait queues: listeners hear of what they asked for, in the order in which they came, until they
 * are removed; errors, hang-ups and closes reach all of them.
 */
#include "wait_queue.h"

#include <poll.h>

#include "check.h"
#include "waiter.h"

struct probe {
  struct listener listener; /* first */
  int calls, events, turn;
};

static int turns;

static void heard(struct listener *l, int events) {
  struct probe *p = (struct probe *)l;
  p->calls++;
  p->events = events;
  p->turn = ++turns;
}

static void add(struct wait_queue *q, struct probe *p, int events) {
  *p = (struct probe){0};
  listener_init(&p->listener, heard, events);
  wait_queue_add(q, &p->listener);
}

static void test_notify_of_an_empty_queue(void) {
  struct wait_queue q = {0};
  wait_queue_notify(&q, POLLIN);
  struct probe p;
  add(&q, &p, POLLIN);
  CHECK_EQ(p.calls, 0); /* nothing is kept for those who come later */
  wait_queue_remove(&p.listener);
  wait_queue_notify(&q, POLLIN);
  CHECK_EQ(p.calls, 0);
}

static void test_first_come_first_told(void) {
  struct wait_queue q = {0};
  struct probe p[5];
  for (int i = 0; i < 5; i++) {
    add(&q, &p[i], POLLIN);
  }
  turns = 0;
  wait_queue_notify(&q, POLLIN);
  for (int i = 0; i < 5; i++) {
    CHECK_EQ(p[i].turn, i + 1);
    wait_queue_remove(&p[i].listener);
  }
}

static void test_only_what_was_asked_for(void) {
  struct wait_queue q = {0};
  struct probe in, out, both;
  add(&q, &in, POLLIN);
  add(&q, &out, POLLOUT);
  add(&q, &both, POLLIN | POLLOUT);
  wait_queue_notify(&q, POLLIN);
  CHECK_EQ(in.calls, 1);
  CHECK_EQ(out.calls, 0);
  CHECK_EQ(both.calls, 1);
  CHECK_EQ(both.events, POLLIN);
  wait_queue_notify(&q, POLLOUT);
  wait_queue_notify(&q, POLLPRI);
  CHECK_EQ(in.calls, 1);
  CHECK_EQ(out.calls, 1);
  CHECK_EQ(both.calls, 2);
  wait_queue_remove(&in.listener);
  wait_queue_remove(&out.listener);
  wait_queue_remove(&both.listener);
}

/* poll(2): POLLERR, POLLHUP and POLLNVAL need not be asked for. */
static void test_always_heard(void) {
  static const int always[] = {POLLERR, POLLHUP, POLLNVAL};
  for (int i = 0; i < 3; i++) {
    struct wait_queue q = {0};
    struct probe p;
    add(&q, &p, 0);
    wait_queue_notify(&q, POLLIN | POLLOUT);
    CHECK_EQ(p.calls, 0);
    wait_queue_notify(&q, always[i]);
    CHECK_EQ(p.calls, 1);
    CHECK_EQ(p.events, always[i]);
    wait_queue_remove(&p.listener);
  }
}

/* Takes out the first, a middle one and the last: each time the others still hear, in order. */
static void test_remove_anywhere(void) {
  enum { N = 5 };
  for (int gone = 0; gone < N; gone++) {
    struct wait_queue q = {0};
    struct probe p[N], late;
    for (int i = 0; i < N; i++) {
      add(&q, &p[i], POLLIN);
    }
    wait_queue_remove(&p[gone].listener);
    add(&q, &late, POLLIN);
    turns = 0;
    wait_queue_notify(&q, POLLIN);
    for (int i = 0; i < N; i++) {
      CHECK_EQ(p[i].turn, i == gone ? 0 : i < gone ? i + 1 : i);
    }
    CHECK_EQ(late.turn, N);
  }
}

static void test_remove_twice_and_add_again(void) {
  struct wait_queue a = {0}, b = {0};
  struct probe p;
  add(&a, &p, POLLIN);
  wait_queue_remove(&p.listener);
  wait_queue_remove(&p.listener);
  wait_queue_add(&b, &p.listener);
  wait_queue_notify(&a, POLLIN);
  CHECK_EQ(p.calls, 0);
  wait_queue_notify(&b, POLLIN);
  CHECK_EQ(p.calls, 1);
  wait_queue_remove(&p.listener);
  CHECK(!b.head && !b.tail);
}

/* ---- Exclusive listeners ----------------------------------------------------------------------- */

struct taker {
  struct listener listener; /* first */
  int calls;
  bool takes;
};

static bool take(struct listener *l, int events) {
  struct taker *t = (struct taker *)l;
  (void)events;
  t->calls++;
  return t->takes;
}

static void add_taker(struct wait_queue *q, struct taker *t, bool takes, int events) {
  *t = (struct taker){.takes = takes};
  listener_init_exclusive(&t->listener, take, events);
  wait_queue_add(q, &t->listener);
}

/* One exclusive listener takes, whoever else there is hears. */
static void test_exclusive(void) {
  struct wait_queue q = {0};
  struct taker idle, first, second;
  struct probe before, behind;
  add(&q, &before, POLLIN);
  add_taker(&q, &idle, false, POLLIN);
  add_taker(&q, &first, true, POLLIN);
  add_taker(&q, &second, true, POLLIN);
  add(&q, &behind, POLLIN);
  CHECK(wait_queue_notify(&q, POLLIN));
  CHECK_EQ(before.calls, 1);
  CHECK_EQ(idle.calls, 1);
  CHECK_EQ(first.calls, 1);
  CHECK_EQ(second.calls, 0);
  CHECK_EQ(behind.calls, 1);
  first.takes = false;
  CHECK(wait_queue_notify(&q, POLLIN));
  CHECK_EQ(second.calls, 1);
  second.takes = false;
  CHECK(!wait_queue_notify(&q, POLLIN));

  /* What is passed on reaches one exclusive listener, and nobody else. */
  first.takes = second.takes = true;
  wait_queue_pass_on(&q, POLLIN);
  CHECK_EQ(first.calls, 4);
  CHECK_EQ(second.calls, 2);
  CHECK_EQ(before.calls, 3);
  wait_queue_pass_on(&q, POLLOUT);
  CHECK_EQ(first.calls, 4);

  /* Errors, hang-ups and closes are for all. */
  CHECK(wait_queue_notify(&q, POLLIN | POLLHUP));
  CHECK_EQ(first.calls, 5);
  CHECK_EQ(second.calls, 3);
  wait_queue_remove(&before.listener);
  wait_queue_remove(&idle.listener);
  wait_queue_remove(&first.listener);
  wait_queue_remove(&second.listener);
  wait_queue_remove(&behind.listener);
  CHECK(wait_queue_is_empty(&q));
}

/* A reader and a writer of one node: each event has a taker of its own. */
static void test_exclusive_events(void) {
  struct wait_queue q = {0};
  struct taker in, in2, out, out2;
  add_taker(&q, &in, true, POLLIN);
  add_taker(&q, &in2, true, POLLIN);
  add_taker(&q, &out, true, POLLOUT);
  add_taker(&q, &out2, true, POLLOUT);
  CHECK(wait_queue_notify(&q, POLLIN | POLLOUT));
  CHECK_EQ(in.calls, 1);
  CHECK_EQ(out.calls, 1);
  CHECK_EQ(in2.calls + out2.calls, 0);
  wait_queue_remove(&in.listener);
  wait_queue_remove(&in2.listener);
  wait_queue_remove(&out.listener);
  wait_queue_remove(&out2.listener);
}

/* A waiter that has been woken and has not run yet does not take the next event too. */
static void test_exclusive_waiters(void) {
  struct wait_queue q = {0};
  struct waiter w[2];
  struct listener l[2];
  for (int i = 0; i < 2; i++) {
    waiter_init(&w[i]);
    listener_init_exclusive_waiter(&l[i], &w[i], POLLIN);
    wait_queue_add(&q, &l[i]);
  }
  CHECK(wait_queue_notify(&q, POLLIN));
  CHECK_EQ(w[0].state, WAITER_WOKEN);
  CHECK_EQ(w[1].state, WAITER_IDLE);
  CHECK(wait_queue_notify(&q, POLLIN));
  CHECK_EQ(w[1].state, WAITER_WOKEN);
  CHECK(!wait_queue_notify(&q, POLLIN));
  CHECK_EQ(waiter_wait(&w[0], DEADLINE_NONE), 0);
  wait_queue_pass_on(&q, POLLIN);
  CHECK_EQ(w[0].state, WAITER_WOKEN);
  wait_queue_remove(&l[0]);
  wait_queue_remove(&l[1]);
}

int main(void) {
  test_notify_of_an_empty_queue();
  test_first_come_first_told();
  test_only_what_was_asked_for();
  test_always_heard();
  test_remove_anywhere();
  test_remove_twice_and_add_again();
  test_exclusive();
  test_exclusive_events();
  test_exclusive_waiters();
  return 0;
}
