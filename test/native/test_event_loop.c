/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The work queue of an event loop: order, one run per post, turns that end, cancelling, and when
 * the host is asked.
 */
#include "event_loop.h"

#include <pthread.h>

#include "check.h"
#include "host_native.h"

struct job {
  struct loop_work work; /* first */
  int runs, turn;
  void (*then)(struct job *j);
};

static int order;

static void run(struct loop_work *w) {
  struct job *j = (struct job *)w;
  j->runs++;
  j->turn = ++order;
  if (j->then) {
    j->then(j);
  }
}

static struct job jobs[5];

static void init_jobs(void) {
  order = 0;
  for (int i = 0; i < 5; i++) {
    jobs[i] = (struct job){.runs = 0};
    loop_work_init(&jobs[i].work, run);
  }
}

static void post(int i) {
  event_loop_post(&jobs[i].work);
}

static void cancel(int i) {
  event_loop_cancel(&jobs[i].work);
}

static void test_in_the_order_of_posting(void) {
  init_jobs();
  post(2);
  post(0);
  post(1);
  CHECK_EQ(jobs[2].runs, 0); /* never from within post */
  CHECK_EQ(native_turn(), 3);
  CHECK_EQ(jobs[2].turn, 1);
  CHECK_EQ(jobs[0].turn, 2);
  CHECK_EQ(jobs[1].turn, 3);
  native_settle();
  CHECK_EQ(order, 3);
}

static void test_queued_once(void) {
  init_jobs();
  post(0);
  post(1);
  post(0);
  native_settle();
  CHECK_EQ(jobs[0].runs, 1);
  CHECK_EQ(jobs[0].turn, 1); /* at its first place */
  post(0);
  native_settle();
  CHECK_EQ(jobs[0].runs, 2);
}

/* The host is asked when there is something to run, and once for many. */
static void test_asking_the_host(void) {
  init_jobs();
  CHECK(!native_scheduled());
  int asked = native_schedules();
  post(0);
  post(1);
  post(2);
  CHECK_EQ(native_schedules(), asked + 1);
  native_settle();
  CHECK(!native_scheduled());
  CHECK_EQ(event_loop_turn(), 0);
  event_loop_step(); /* nothing to do: does nothing */
}

static void post_again(struct job *j) {
  if (j->runs < 3) {
    event_loop_post(&j->work);
  }
}

/* What is posted during a turn waits for the next, behind what was there. */
static void test_a_turn_ends(void) {
  init_jobs();
  jobs[0].then = post_again;
  post(0);
  post(1);
  CHECK_EQ(native_turn(), 2);
  CHECK_EQ(jobs[0].runs, 1);
  CHECK_EQ(jobs[1].runs, 1);
  CHECK(native_scheduled()); /* for the rest */
  post(2);
  CHECK_EQ(native_turn(), 2);
  CHECK_EQ(jobs[0].runs, 2);
  CHECK_EQ(jobs[2].runs, 1);
  CHECK(jobs[0].turn < jobs[2].turn);
  native_settle();
  CHECK_EQ(jobs[0].runs, 3);
}

/* Of three works the first takes the second out and posts itself: the turn is over after the
   third. */
static void cancel_next_and_post_again(struct job *j) {
  cancel(1);
  post_again(j);
}

static void test_a_turn_ends_even_if_work_is_cancelled(void) {
  init_jobs();
  jobs[0].then = cancel_next_and_post_again;
  post(0);
  post(1);
  post(2);
  native_turn();
  CHECK_EQ(jobs[0].runs, 1);
  CHECK_EQ(jobs[1].runs, 0);
  CHECK_EQ(jobs[2].runs, 1);
  native_settle();
  CHECK_EQ(jobs[0].runs, 3);
}

/* A work that does not come back (it throws, or exits) takes the rest of its turn with it; the host
   has been asked for another. */
static void test_a_turn_that_is_cut_short(void) {
  init_jobs();
  post(0);
  post(1);
  CHECK_EQ(event_loop_turn(), 2);
  event_loop_step();
  CHECK(native_scheduled());
  native_settle();
  CHECK_EQ(jobs[1].runs, 1);
}

/* From the front, the middle and the back. */
static void test_cancel(void) {
  for (int gone = 0; gone < 3; gone++) {
    init_jobs();
    for (int i = 0; i < 3; i++) {
      post(i);
    }
    cancel(gone);
    cancel(gone);
    post(3);
    native_settle();
    for (int i = 0; i < 4; i++) {
      CHECK_EQ(jobs[i].runs, i != gone);
    }
    CHECK_EQ(order, 3);
    post(gone);
    native_settle();
    CHECK_EQ(jobs[gone].runs, 1);
  }
  init_jobs();
  post(0);
  cancel(0);
  native_settle();
  CHECK_EQ(order, 0);
  post(1);
  native_settle();
  CHECK_EQ(jobs[1].runs, 1);
}

/* Each thread has its own loop, and work runs on that of the thread that initialised it. */
static void *post_from_elsewhere(void *main_loop) {
  CHECK(event_loop_current() != main_loop);
  post(0);
  CHECK(!native_scheduled());
  native_settle();
  CHECK_EQ(jobs[0].runs, 0);
  return NULL;
}

static void test_threads(void) {
  pthread_t thread;
  init_jobs();
  CHECK(pthread_equal(event_loop_thread(event_loop_current()), pthread_self()));
  CHECK_EQ(pthread_create(&thread, NULL, post_from_elsewhere, event_loop_current()), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK(native_scheduled());
  native_settle();
  CHECK_EQ(jobs[0].runs, 1);
}

int main(void) {
  test_in_the_order_of_posting();
  test_queued_once();
  test_asking_the_host();
  test_a_turn_ends();
  test_a_turn_ends_even_if_work_is_cancelled();
  test_a_turn_that_is_cut_short();
  test_cancel();
  test_threads();
  return 0;
}
