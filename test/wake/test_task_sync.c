// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Mutexes, condition variables and channels between tasks.
//
// modes: jspi wasm64 pthread_jspi

#include "expect.h"
#include <emscripten/task.h>

#define TASKS 20

static em_task_t tasks[TASKS];

static void spawn_all(em_task_fn fn) {
  for (intptr_t i = 0; i < TASKS; i++) {
    EXPECT_EQ(emscripten_task_spawn(&tasks[i], NULL, fn, (void *)i), 0);
  }
}

static void join_all(void) {
  for (int i = 0; i < TASKS; i++) EXPECT_EQ(emscripten_task_join(tasks[i], NULL), 0);
}

// ---- Mutex ----

static em_task_mutex_t mutex;
static int inside, turns[TASKS], next_turn;

static void *use_mutex(void *arg) {
  for (int i = 0; i < 5; i++) {
    EXPECT_EQ(emscripten_task_mutex_lock(&mutex), 0);
    EXPECT_EQ(inside++, 0);
    EXPECT_EQ(emscripten_task_mutex_lock(&mutex), -EDEADLK);
    EXPECT_EQ(emscripten_task_mutex_trylock(&mutex), -EBUSY);
    EXPECT_EQ(emscripten_task_yield(), 0);
    EXPECT_EQ(--inside, 0);
    if (i == 0) turns[next_turn++] = (int)(intptr_t)arg;
    EXPECT_EQ(emscripten_task_mutex_unlock(&mutex), 0);
  }
  return NULL;
}

static void in_callback(void *arg) {
  EXPECT_EQ(emscripten_task_mutex_lock(&mutex), -EPERM);
  EXPECT_EQ(emscripten_task_mutex_trylock(&mutex), -EPERM);
  EXPECT_EQ(emscripten_task_mutex_unlock(&mutex), -EPERM);
  *(bool *)arg = true;
}

static void test_mutex(void) {
  bool called = false;
  EXPECT_EQ(emscripten_task_mutex_unlock(&mutex), -EPERM);
  EXPECT_EQ(emscripten_task_mutex_trylock(&mutex), 0);
  spawn_all(use_mutex);
  EXPECT_EQ(emscripten_task_yield(), 0);
  EXPECT_EQ(inside, 0);
  EXPECT_EQ(emscripten_task_mutex_unlock(&mutex), 0);
  EXPECT_EQ(emscripten_task_mutex_unlock(&mutex), -EPERM);
  join_all();
  // One after the other: nobody had a second turn before all had a first.
  for (int i = 0; i < TASKS; i++) EXPECT_EQ(turns[i], i);
  EXPECT_EQ(emscripten_task_mutex_trylock(&mutex), 0);
  EXPECT_EQ(emscripten_task_mutex_unlock(&mutex), 0);
  emscripten_async_call(in_callback, &called, 0);
  while (!called) emscripten_task_yield();
}

static void *give_up(void *arg) {
  int err = (intptr_t)arg % 2 ? -ECANCELED : 0;
  EXPECT_EQ(emscripten_task_mutex_lock(&mutex), err);
  if (!err) EXPECT_EQ(emscripten_task_mutex_unlock(&mutex), 0);
  return NULL;
}

static void test_mutex_cancel(void) {
  EXPECT_EQ(emscripten_task_mutex_lock(&mutex), 0);
  spawn_all(give_up);
  EXPECT_EQ(emscripten_task_yield(), 0);
  for (int i = 1; i < TASKS; i += 2) EXPECT_EQ(emscripten_task_cancel(tasks[i]), 0);
  EXPECT_EQ(emscripten_task_yield(), 0);
  EXPECT_EQ(emscripten_task_mutex_unlock(&mutex), 0);
  join_all();
}

// ---- Condition variable ----

static em_task_cond_t cond;
static int available, taken, waiting;

static void *consume(void *arg) {
  EXPECT_EQ(emscripten_task_cond_wait(&cond, &mutex, -1), -EPERM);
  EXPECT_EQ(emscripten_task_mutex_lock(&mutex), 0);
  waiting++;
  while (!available) EXPECT_EQ(emscripten_task_cond_wait(&cond, &mutex, -1), 0);
  waiting--;
  available--;
  taken++;
  EXPECT_EQ(emscripten_task_mutex_unlock(&mutex), 0);
  return arg;
}

static void signal_in_callback(void *arg) {
  (void)arg;
  available++;
  emscripten_task_cond_signal(&cond);
}

static void test_cond(void) {
  spawn_all(consume);
  while (waiting < TASKS) emscripten_task_yield();
  emscripten_async_call(signal_in_callback, NULL, 0);
  while (taken < 1) emscripten_task_yield();
  emscripten_task_yield();
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(emscripten_task_mutex_lock(&mutex), 0);
  available = TASKS - 1;
  emscripten_task_cond_broadcast(&cond);
  EXPECT_EQ(emscripten_task_mutex_unlock(&mutex), 0);
  join_all();
  EXPECT_EQ(taken, TASKS);

  EXPECT_EQ(emscripten_task_mutex_lock(&mutex), 0);
  EXPECT_EQ(emscripten_task_cond_wait(&cond, &mutex, 1), -ETIMEDOUT);
  EXPECT_EQ(emscripten_task_mutex_unlock(&mutex), 0);
  emscripten_task_cond_signal(&cond);
}

// The one that was cancelled gets the mutex back, though others hold it.
static void *cancelled_wait(void *arg) {
  EXPECT_EQ(emscripten_task_mutex_lock(&mutex), 0);
  waiting++;
  EXPECT_EQ(emscripten_task_cond_wait(&cond, &mutex, -1), -ECANCELED);
  waiting--;
  EXPECT_EQ(emscripten_task_mutex_unlock(&mutex), 0);
  return arg;
}

static void test_cond_cancel(void) {
  waiting = 0;
  spawn_all(cancelled_wait);
  while (waiting < TASKS) emscripten_task_yield();
  EXPECT_EQ(emscripten_task_mutex_lock(&mutex), 0);
  for (int i = 0; i < TASKS; i++) EXPECT_EQ(emscripten_task_cancel(tasks[i]), 0);
  for (int i = 0; i < 3; i++) EXPECT_EQ(emscripten_task_yield(), 0);
  EXPECT_EQ(waiting, TASKS);
  EXPECT_EQ(emscripten_task_mutex_unlock(&mutex), 0);
  join_all();
  EXPECT_EQ(waiting, 0);
}

// ---- Channels ----

struct item {
  int from, number;
  char rest[20];
};

static em_task_channel_t *channel;
static int counts[TASKS], ended;

static void *send_items(void *arg) {
  struct item item = {.from = (int)(intptr_t)arg};
  memset(item.rest, item.from, sizeof item.rest);
  for (item.number = 0; item.number < 10; item.number++) {
    EXPECT_EQ(emscripten_task_channel_send(channel, &item, -1), 0);
    if (item.number % 3 == item.from % 3) emscripten_task_yield();
  }
  if (++ended == TASKS) EXPECT_EQ(emscripten_task_channel_close(channel), 0);
  return NULL;
}

static void receive_items(void) {
  struct item item, same;
  int err;
  memset(counts, 0, sizeof counts);
  ended = 0;
  while (!(err = emscripten_task_channel_receive(channel, &item, -1))) {
    memset(same.rest, item.from, sizeof same.rest);
    EXPECT(!memcmp(item.rest, same.rest, sizeof same.rest));
    // Those of one sender come in order.
    EXPECT_EQ(item.number, counts[item.from]++);
  }
  EXPECT_EQ(err, -EPIPE);
  for (int i = 0; i < TASKS; i++) EXPECT_EQ(counts[i], 10);
  EXPECT_EQ(emscripten_task_channel_close(channel), -EPIPE);
  EXPECT_EQ(emscripten_task_channel_send(channel, &item, -1), -EPIPE);
}

static void *receive_task(void *arg) {
  int item;
  int err = emscripten_task_channel_receive(channel, &item, -1);
  *(int *)arg = err ? err : item;
  return NULL;
}

static void *send_task(void *arg) {
  return (void *)(intptr_t)emscripten_task_channel_send(channel, arg, -1);
}

static void test_channel(void) {
  size_t capacities[] = {0, 1, 7, 1000};
  for (int i = 0; i < 4; i++) {
    channel = emscripten_task_channel_create(sizeof(struct item), capacities[i]);
    spawn_all(send_items);
    receive_items();
    join_all();
    EXPECT_EQ(emscripten_task_channel_destroy(channel), 0);
  }
  EXPECT(!emscripten_task_channel_create((size_t)-1, 2));
}

static void test_channel_tries(void) {
  int item = 5, results[3] = {0}, got = 0;
  em_task_t receivers[3], sender;
  void *result;
  channel = emscripten_task_channel_create(sizeof(int), 0);
  EXPECT_EQ(emscripten_task_channel_send(channel, &item, 0), -EAGAIN);
  EXPECT_EQ(emscripten_task_channel_send(channel, &item, 1), -ETIMEDOUT);
  EXPECT_EQ(emscripten_task_channel_receive(channel, &got, 0), -EAGAIN);
  EXPECT_EQ(emscripten_task_channel_receive(channel, &got, 1), -ETIMEDOUT);
  for (int i = 0; i < 3; i++) {
    EXPECT_EQ(emscripten_task_spawn(&receivers[i], NULL, receive_task, &results[i]), 0);
  }
  EXPECT_EQ(emscripten_task_yield(), 0);
  EXPECT_EQ(emscripten_task_channel_destroy(channel), -EBUSY);
  EXPECT_EQ(emscripten_task_cancel(receivers[1]), 0);
  // To the first, though it has not run yet.
  EXPECT_EQ(emscripten_task_channel_send(channel, &item, 0), 0);
  EXPECT_EQ(emscripten_task_yield(), 0);
  EXPECT_EQ(emscripten_task_channel_close(channel), 0);
  for (int i = 0; i < 3; i++) EXPECT_EQ(emscripten_task_join(receivers[i], NULL), 0);
  EXPECT(results[0] == 5 && results[1] == -ECANCELED && results[2] == -EPIPE);
  EXPECT_EQ(emscripten_task_channel_destroy(channel), 0);

  // A full channel that is closed still has its items, but none of those who wait to send.
  channel = emscripten_task_channel_create(sizeof(int), 1);
  EXPECT_EQ(emscripten_task_channel_send(channel, &item, 0), 0);
  EXPECT_EQ(emscripten_task_spawn(&sender, NULL, send_task, &item), 0);
  EXPECT_EQ(emscripten_task_yield(), 0);
  EXPECT_EQ(emscripten_task_channel_close(channel), 0);
  EXPECT_EQ(emscripten_task_join(sender, &result), 0);
  EXPECT_EQ((intptr_t)result, -EPIPE);
  EXPECT_EQ(emscripten_task_channel_receive(channel, &got, -1), 0);
  EXPECT_EQ(got, 5);
  EXPECT_EQ(emscripten_task_channel_receive(channel, &got, -1), -EPIPE);
  EXPECT_EQ(emscripten_task_channel_destroy(channel), 0);
}

int main(void) {
  test_mutex();
  test_mutex_cancel();
  test_cond();
  test_cond_cancel();
  test_channel();
  test_channel_tries();
  return status_of_test();
}
