// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// An interrupt ends one wait of one task with EINTR, be it a system call or a wait of tasks; it is used
// up by that, stays until there is a wait, is one however often it came, and leaves other tasks alone.
//
// modes: jspi wasm64 pthread_jspi

#include "expect.h"
#include <emscripten/interrupt.h>
#include <emscripten/task.h>
#include <sys/eventfd.h>
#include <time.h>

static int p[2];

static int of_system(ssize_t r) {
  return r < 0 ? -errno : (int)r;
}

// ---- Waits for what never comes ----

static int by_read(void) {
  char byte;
  return of_system(read(p[0], &byte, 1));
}

static int by_poll(void) {
  struct pollfd in = {p[0], POLLIN, 0};
  return of_system(poll(&in, 1, 100000));
}

static int by_nanosleep(void) {
  struct timespec left = {0, 0};
  int r = of_system(nanosleep(&(struct timespec){100, 0}, &left));
  EXPECT(left.tv_sec >= 90);
  return r;
}

static int by_task_sleep(void) {
  return emscripten_task_sleep(100000);
}

static em_task_mutex_t held;

static int by_lock(void) {
  return emscripten_task_mutex_lock(&held);
}

static int (*const ways[])(void) = {by_read, by_poll, by_nanosleep, by_task_sleep, by_lock};
enum { WAYS = sizeof ways / sizeof *ways };

// ---- Tasks that do nothing else ----

static int entered, left;

static void *wait_in(void *way) {
  entered++;
  EXPECT_EQ((*(int (*const *)(void))way)(), -EINTR);
  EXPECT_EQ(emscripten_task_sleep(1), 0);
  left++;
  return NULL;
}

static void *stay(void *arg) {
  EXPECT_EQ(by_read(), 1);
  return arg;
}

static void test_ways(void) {
  em_task_t tasks[WAYS], other;
  EXPECT_EQ(emscripten_task_spawn(&other, NULL, stay, NULL), 0);
  for (int i = 0; i < WAYS; i++) {
    EXPECT_EQ(emscripten_task_spawn(&tasks[i], NULL, wait_in, (void *)&ways[i]), 0);
  }
  while (entered < WAYS) emscripten_task_yield();
  for (int i = 0; i < 100; i++) emscripten_task_yield();
  EXPECT_EQ(left, 0);
  for (int i = 0; i < WAYS; i++) {
    EXPECT_EQ(emscripten_task_interrupt(tasks[i]), 0);
    EXPECT_EQ(emscripten_task_interrupt(tasks[i]), 0);
    EXPECT_EQ(emscripten_task_join(tasks[i], NULL), 0);
    EXPECT_EQ(left, i + 1);
  }
  MUST(write(p[1], "x", 1));
  EXPECT_EQ(emscripten_task_join(other, NULL), 0);
}

static void *wait_later(void *arg) {
  char byte;
  MUST(write(p[1], "x", 1));
  EXPECT_EQ(read(p[0], &byte, 1), 1); // need not wait
  EXPECT_EQ(by_read(), -EINTR);
  EXPECT_EQ(emscripten_task_interrupt(emscripten_task_self()), 0);
  emscripten_task_shield(true);
  EXPECT_EQ(emscripten_task_sleep(1), 0);
  emscripten_task_shield(false);
  EXPECT_EQ(by_poll(), -EINTR);
  EXPECT_EQ(emscripten_task_sleep(1), 0);
  return arg;
}

static void test_before_the_wait(void) {
  em_task_t t;
  EXPECT_EQ(emscripten_task_spawn(&t, NULL, wait_later, NULL), 0);
  EXPECT_EQ(emscripten_task_interrupt(t), 0);
  EXPECT_EQ(emscripten_task_join(t, NULL), 0);
}

// Main, as a task and as a thread, by JavaScript.
static void test_main(void) {
  em_task_t main_task = emscripten_task_self();
  // clang-format off
  EM_ASM(({
    setTimeout(() => Module._emscripten_task_interrupt($1 == 8 ? BigInt($0) : $0), 10);
  }), main_task, (int)sizeof main_task);
  // clang-format on
  EXPECT_EQ(by_read(), -EINTR);
  EXPECT_EQ(emscripten_interrupt(emscripten_interruptible_self()), 0);
  EXPECT_EQ(by_read(), -EINTR);
}

int main(void) {
  MUST(pipe(p));
  EXPECT_EQ(emscripten_task_mutex_lock(&held), 0);
  test_ways();
  test_before_the_wait();
  test_main();
  EXPECT_EQ(emscripten_task_mutex_unlock(&held), 0);
  return status_of_test();
}
