/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The timers of an event loop: they fire in the order of their deadlines, never early, and the
 * host's alarm is always that of the earliest.
 */
#include <stdlib.h>

#include "check.h"
#include "event_loop.h"
#include "host_native.h"

struct bell {
  struct loop_timer timer; /* first */
  int fired;
  void (*then)(struct bell *b);
};

static deadline_t last;

static void fire(struct loop_timer *t) {
  struct bell *b = (struct bell *)t;
  CHECK(t->entry.deadline <= host_now());
  CHECK(t->entry.deadline >= last);
  last = t->entry.deadline;
  b->fired++;
  if (b->then) {
    b->then(b);
  }
}

#define N 200

static struct bell bells[N];
static unsigned seed = 1;

static unsigned number(unsigned below) {
  seed = seed * 1103515245 + 12345;
  return (seed >> 8) % below;
}

static void init_bells(void) {
  last = 0;
  for (int i = 0; i < N; i++) {
    bells[i] = (struct bell){.fired = 0};
    loop_timer_init(&bells[i].timer, fire);
  }
}

static deadline_t earliest(void) {
  deadline_t d = DEADLINE_NONE;
  for (int i = 0; i < N; i++) {
    if (bells[i].timer.entry.index && bells[i].timer.entry.deadline < d) {
      d = bells[i].timer.entry.deadline;
    }
  }
  return d;
}

static void test_one(void) {
  init_bells();
  struct bell *b = &bells[0];
  int64_t start = host_now();
  CHECK_EQ(native_alarm(), DEADLINE_NONE);
  CHECK_EQ(loop_timer_set(&b->timer, start + 10), 0);
  CHECK_EQ(native_alarm(), start + 10);
  event_loop_timers();
  CHECK_EQ(b->fired, 0);
  CHECK_EQ(native_alarm(), start + 10); /* an alarm that came early is asked for again */
  native_advance(9);
  event_loop_timers();
  CHECK_EQ(b->fired, 0);
  native_advance(1);
  event_loop_timers();
  CHECK_EQ(b->fired, 1);
  CHECK_EQ(native_alarm(), DEADLINE_NONE);
  native_advance(100);
  event_loop_timers();
  CHECK_EQ(b->fired, 1);
}

static void test_cancel_and_move(void) {
  init_bells();
  struct loop_timer *a = &bells[0].timer, *b = &bells[1].timer;
  int64_t start = host_now();
  loop_timer_cancel(a); /* not set: nothing */
  CHECK_EQ(loop_timer_set(a, start + 10), 0);
  CHECK_EQ(loop_timer_set(b, start + 20), 0);
  loop_timer_cancel(a);
  CHECK_EQ(native_alarm(), start + 20);
  CHECK_EQ(loop_timer_set(b, start + 5), 0);
  CHECK_EQ(native_alarm(), start + 5);
  CHECK_EQ(loop_timer_set(b, start + 50), 0);
  CHECK_EQ(native_alarm(), start + 50);
  native_advance(30);
  event_loop_timers();
  CHECK_EQ(bells[0].fired + bells[1].fired, 0);
  loop_timer_cancel(b);
  loop_timer_cancel(b);
  CHECK_EQ(native_alarm(), DEADLINE_NONE);
}

static void set_again(struct bell *b) {
  if (b->fired < 3) {
    CHECK_EQ(loop_timer_set(&b->timer, host_now() + 10), 0);
  }
}

static void cancel_the_other(struct bell *b) {
  loop_timer_cancel(&b[1].timer);
}

static void test_from_within(void) {
  init_bells();
  int64_t start = host_now();
  bells[0].then = set_again;
  bells[5].then = cancel_the_other;
  CHECK_EQ(loop_timer_set(&bells[0].timer, start + 1), 0);
  CHECK_EQ(loop_timer_set(&bells[5].timer, start + 2), 0);
  CHECK_EQ(loop_timer_set(&bells[6].timer, start + 3), 0);
  native_advance(3);
  event_loop_timers();
  CHECK_EQ(bells[0].fired, 1);
  CHECK_EQ(bells[5].fired, 1);
  CHECK_EQ(bells[6].fired, 0); /* it was due, and is cancelled */
  CHECK_EQ(native_alarm(), start + 13);
  native_advance(10);
  event_loop_timers();
  native_advance(10);
  event_loop_timers();
  CHECK_EQ(bells[0].fired, 3);
  CHECK_EQ(native_alarm(), DEADLINE_NONE);
}

/* Sets, moves and cancels at random, and lets time pass: each timer fires once, in its time. */
static void test_random(void) {
  static int due[N];
  init_bells();
  for (int round = 0; round < 20000; round++) {
    struct bell *b = &bells[number(N)];
    switch (number(8)) {
      case 0:
        loop_timer_cancel(&b->timer);
        break;
      case 1:
        for (int i = 0; i < N; i++) {
          due[i] = bells[i].timer.entry.index && bells[i].timer.entry.deadline <= host_now();
          bells[i].fired = 0;
        }
        last = 0;
        event_loop_timers();
        for (int i = 0; i < N; i++) {
          CHECK_EQ(bells[i].fired, due[i]);
          CHECK(!due[i] || !bells[i].timer.entry.index);
        }
        native_advance(number(50));
        break;
      default:
        CHECK_EQ(loop_timer_set(&b->timer, host_now() + number(1000)), 0);
    }
    CHECK_EQ(native_alarm(), earliest());
  }
  for (int i = 0; i < N; i++) {
    loop_timer_cancel(&bells[i].timer);
  }
  CHECK_EQ(native_alarm(), DEADLINE_NONE);
}

int main(void) {
  native_alone(NULL, NULL);
  test_one();
  test_cancel_and_move();
  test_from_within();
  test_random();
  return 0;
}
