// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The stress test of tasks, for test_task_stress_*.c, which differ in how they are optimised: ten
// thousand tasks are parked at once, on pipes and timers, each in the depth of a recursion whose
// frames know what is in them. Callbacks of JavaScript, calls of a promising export and main run and
// wait in between, in an order that a generator of random numbers makes up.

#ifndef EMWAKE_TEST_TASK_STRESS_H
#define EMWAKE_TEST_TASK_STRESS_H

#include "expect.h"
#include <emscripten/stack.h>
#include <emscripten/task.h>

#define TASKS 10000
#define PIPES 500
#define CALLS 200
#define WORDS 24
#define DEPTH 6

static int pipes[PIPES][2];
static int parked, ended, calls_ended;
static bool begun;

static unsigned random_below(unsigned n) {
  static unsigned state = 12345;
  state = state * 1664525u + 1013904223u;
  return (state >> 8) % n;
}

static void fill(volatile unsigned *words, unsigned seed) {
  for (unsigned i = 0; i < WORDS; i++) words[i] = seed * 2654435761u + i;
}

static bool intact(const volatile unsigned *words, unsigned seed) {
  for (unsigned i = 0; i < WORDS; i++) {
    if (words[i] != seed * 2654435761u + i) return false;
  }
  return true;
}

static void check(bool ok, const char *what) {
  // Ten thousand lines help nobody.
  if (!ok && failures++ < 20) printf("%s\n", what);
}

static void wait_somehow(unsigned pipe) {
  uintptr_t sp = emscripten_stack_get_current();
  int number = (int)random_below(1000) + 1;
  struct pollfd in = {pipes[pipe][0], POLLIN, 0};
  errno = number;
  // No byte comes before all are parked.
  switch (random_below(begun ? 5 : 3)) {
    case 0:
      check(emscripten_task_sleep(random_below(20)) == 0, "sleep");
      break;
    case 1:
      check(emscripten_task_yield() == 0, "yield");
      break;
    case 2:
      check(poll(&in, 1, (int)random_below(10)) >= 0, "poll");
      break;
    default:
      check(read_byte(in.fd) == 1, "read");
  }
  check(errno == number, "errno");
  check(emscripten_stack_get_current() == sp, "stack pointer");
}

static unsigned dive(unsigned seed, unsigned depth, unsigned pipe) {
  volatile unsigned words[WORDS];
  fill(words, seed + depth);
  if (depth == DEPTH && !begun) {
    // All of them are here at once.
    parked++;
    check(read_byte(pipes[pipe][0]) == 1, "first read");
  }
  if (random_below(4) == 0) wait_somehow(pipe);
  unsigned below = depth < DEPTH ? dive(seed, depth + 1, pipe) : 0;
  if (random_below(4) == 0) wait_somehow(pipe);
  check(intact(words, seed + depth), "frame");
  return below + 1;
}

static void *run_task(void *arg) {
  unsigned number = (unsigned)(uintptr_t)arg;
  check(dive(number, 0, number % PIPES) == DEPTH + 1, "depth");
  ended++;
  return arg;
}

// ---- From JavaScript ----

EMSCRIPTEN_KEEPALIVE int work(unsigned number) {
  check(dive(number, DEPTH / 2, number % PIPES) == DEPTH + 1 - DEPTH / 2, "depth of an export");
  calls_ended++;
  return (int)number;
}

// A plain callback with frames of its own: wakes some of those who wait.
EMSCRIPTEN_KEEPALIVE int wake_some(void) {
  volatile unsigned words[8 * WORDS];
  for (unsigned i = 0; i < 8; i++) fill(words + i * WORDS, i);
  errno = 4321;
  for (int i = 0; begun && i < PIPES / 2; i++) {
    write_byte(pipes[random_below(PIPES)][1]);
  }
  for (unsigned i = 0; i < 8; i++) check(intact(words + i * WORDS, i), "frame of a callback");
  return begun;
}

// clang-format off
EM_JS(void, js_begin, (int calls), {
  globalThis.ticker = setInterval(() => {
    if (_wake_some() && calls > 0) {
      for (let i = 0; i < 5; i++) {
        let number = calls--;
        _work(number).then((result) => {
          if (result !== number) globalThis.wrong = true;
        });
      }
    }
  }, 1);
});

EM_JS(int, js_end, (void), {
  clearInterval(ticker);
  return globalThis.wrong ? 1 : 0;
});
// clang-format on

static em_task_t tasks[TASKS];

static void spawn_tasks(void) {
  em_task_attr_t attr = {.stack_size = 6144, .name = "stressed"};
  for (uintptr_t i = 0; i < TASKS; i++) {
    MUST(emscripten_task_spawn(&tasks[i], &attr, run_task, (void *)i));
  }
  while (parked < TASKS) emscripten_task_sleep(1);
}

int main(void) {
  volatile unsigned words[WORDS];
  fill(words, 1);
  for (int i = 0; i < PIPES; i++) MUST(pipe(pipes[i]));
  js_begin(CALLS);
  spawn_tasks();
  EXPECT_EQ(ended, 0);
  begun = true;
  for (int i = 0; i < 50; i++) wait_somehow(random_below(PIPES));
  for (uintptr_t i = 0; i < TASKS; i++) {
    void *result = NULL;
    EXPECT_EQ(emscripten_task_join(tasks[i], &result), 0);
    EXPECT_EQ((uintptr_t)result, i);
  }
  while (calls_ended < CALLS) EXPECT_EQ(emscripten_task_sleep(1), 0);
  EXPECT_EQ(ended, TASKS);
  EXPECT_EQ(js_end(), 0);
  EXPECT(intact(words, 1));
  return status_of_test();
}

#endif
