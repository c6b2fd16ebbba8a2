/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Waiters: a wake ends the wait that it meets or the next one, wakes do not add up, and a wait ends
 * at its deadline.
 */
#include "waiter.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>

#include "check.h"
#include "host_native.h"
#include "wait_queue.h"

#define MS INT64_C(1000000)

static void wake(void *w) {
  waiter_wake(w);
}

static void wake_thrice(void *w) {
  waiter_wake(w);
  waiter_wake(w);
  waiter_wake(w);
}

static void test_wake_before_wait(void) {
  struct waiter w;
  native_alone(NULL, NULL);
  waiter_init(&w);
  waiter_wake(&w);
  int sleeps = native_sleeps(), wakes = native_wakes();
  CHECK_EQ(waiter_wait(&w, DEADLINE_NONE), 0);
  CHECK_EQ(native_sleeps(), sleeps); /* it does not even begin to sleep */
  CHECK_EQ(native_wakes(), wakes);   /* and the host was not bothered */
  CHECK_EQ(w.state, WAITER_IDLE);
}

static void test_wake_during_wait(void) {
  struct waiter w;
  native_alone(wake, &w);
  waiter_init(&w);
  int wakes = native_wakes();
  CHECK_EQ(waiter_wait(&w, DEADLINE_NONE), 0);
  CHECK_EQ(native_wakes(), wakes + 1);
}

static void test_wakes_are_not_counted(void) {
  struct waiter w;
  native_alone(wake_thrice, &w);
  waiter_init(&w);
  wake_thrice(&w);
  CHECK_EQ(waiter_wait(&w, DEADLINE_NONE), 0);
  int wakes = native_wakes();
  CHECK_EQ(waiter_wait(&w, DEADLINE_NONE), 0);
  CHECK_EQ(native_wakes(), wakes + 1); /* the first of the three ended the sleep */
  native_alone(NULL, NULL);
  CHECK_EQ(waiter_wait(&w, host_now() + MS), -ETIMEDOUT);
}

static void test_deadline(void) {
  struct waiter w;
  native_alone(NULL, NULL);
  waiter_init(&w);
  int64_t start = host_now();
  CHECK_EQ(waiter_wait(&w, start + 5 * MS), -ETIMEDOUT);
  CHECK_EQ(host_now(), start + 5 * MS);
  CHECK_EQ(waiter_wait(&w, start), -ETIMEDOUT);
  waiter_wake(&w);
  CHECK_EQ(waiter_wait(&w, start), 0); /* a wake counts more than a deadline that has passed */
}

/* What the host says is passed on, but not if a wake has come meanwhile. */
static void test_host_errors(void) {
  struct waiter w;
  native_alone(NULL, NULL);
  waiter_init(&w);
  native_end_next_sleep(-EINTR);
  CHECK_EQ(waiter_wait(&w, DEADLINE_NONE), -EINTR);
  native_end_next_sleep(-EDEADLK);
  CHECK_EQ(waiter_wait(&w, DEADLINE_NONE), -EDEADLK);
  native_end_next_sleep(0);
  CHECK_EQ(waiter_wait(&w, DEADLINE_NONE), 0); /* spurious */
  native_alone(wake, &w);
  CHECK_EQ(waiter_wait(&w, DEADLINE_NONE), 0);
}

static void test_deadline_after(void) {
  native_alone(NULL, NULL);
  int64_t now = host_now();
  CHECK_EQ(deadline_after(0), now);
  CHECK_EQ(deadline_after(7), now + 7);
  CHECK_EQ(deadline_after(-1), DEADLINE_NONE);
  CHECK_EQ(deadline_after(INT64_MIN), DEADLINE_NONE);
  CHECK_EQ(deadline_after(INT64_MAX), DEADLINE_NONE); /* saturates */
  CHECK_EQ(deadline_after(INT64_MAX - now), DEADLINE_NONE);
  CHECK_EQ(deadline_after(INT64_MAX - now - 1), INT64_MAX - 1);
}

/* One listener's waiter, woken through a queue. */
static void notify(void *q) {
  wait_queue_notify(q, POLLOUT);
  wait_queue_notify(q, POLLIN);
}

static void test_woken_by_a_listener(void) {
  struct wait_queue q = {0};
  struct listener l;
  struct waiter w;
  native_alone(notify, &q);
  waiter_init(&w);
  listener_init_waiter(&l, &w, POLLIN);
  wait_queue_add(&q, &l);
  int wakes = native_wakes();
  CHECK_EQ(waiter_wait(&w, DEADLINE_NONE), 0);
  CHECK_EQ(native_wakes(), wakes + 1);
  wait_queue_remove(&l);
}

/* With real threads: each wake of the one is answered by a wake of the other. */
#define ROUNDS 2000

static struct waiter ping, pong;
static int ball; /* handed over by the wakes alone */

static void *player(void *arg) {
  (void)arg;
  for (int i = 0; i < ROUNDS; i++) {
    CHECK_EQ(waiter_wait(&ping, DEADLINE_NONE), 0);
    ball++;
    waiter_wake(&pong);
  }
  return NULL;
}

static void *test_threads(void *arg) {
  (void)arg;
  pthread_t thread;
  waiter_init(&ping);
  waiter_init(&pong);
  CHECK_EQ(pthread_create(&thread, NULL, player, NULL), 0);
  for (int i = 0; i < ROUNDS; i++) {
    CHECK_EQ(ball, i);
    waiter_wake(&ping);
    int seen = i;
    while (seen == i) { /* the futex may wake for nothing */
      CHECK_EQ(waiter_wait(&pong, DEADLINE_NONE), 0);
      seen = ball;
    }
  }
  CHECK_EQ(pthread_join(thread, NULL), 0);
  int64_t start = host_now();
  CHECK_EQ(waiter_wait(&pong, start + 2 * MS), -ETIMEDOUT);
  CHECK(host_now() >= start + 2 * MS);
  return NULL;
}

int main(void) {
  test_wake_before_wait();
  test_wake_during_wait();
  test_wakes_are_not_counted();
  test_deadline();
  test_host_errors();
  test_deadline_after();
  test_woken_by_a_listener();
  /* A thread of its own, for this one is alone. */
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, test_threads, NULL), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  return 0;
}
