// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Tasks from their beginning to their end: spawn, join, detach, yield, sleep, self, names, errno and
// data of their own; main is one too.
//
// modes: jspi wasm64 pthread_jspi

#include "expect.h"
#include <emscripten/task.h>
#include <sys/epoll.h>
#include <sys/select.h>

static int p[2];
static char order[64];

static void note(char c) {
  size_t n = strlen(order);
  if (n < sizeof order - 1) order[n] = c;
}

static void expect_order(const char *want) {
  if (strcmp(order, want)) {
    printf("  order is %s, not %s\n", order, want);
    failures++;
  }
  memset(order, 0, sizeof order);
}

static em_task_t spawn(em_task_fn fn, void *arg) {
  em_task_t t = NULL;
  EXPECT_EQ(emscripten_task_spawn(&t, NULL, fn, arg), 0);
  return t;
}

static void *join(em_task_t t) {
  void *result = NULL;
  EXPECT_EQ(emscripten_task_join(t, &result), 0);
  return result;
}

// ---- Order ----

static void *letters(void *arg) {
  for (int i = 0; i < 3; i++) {
    note(*(char *)arg);
    EXPECT_EQ(emscripten_task_yield(), 0);
  }
  return arg;
}

static void test_order(void) {
  em_task_t a = spawn(letters, "a"), b = spawn(letters, "b");
  note('m');
  EXPECT_EQ(*(char *)join(a), 'a');
  EXPECT_EQ(*(char *)join(b), 'b');
  expect_order("mababab");
}

// ---- Every blocking call parks only its task ----

static void *wait_by_read(void *arg) {
  errno = 111;
  EXPECT_EQ(read_byte(p[0]), 1);
  EXPECT_EQ(errno, 111);
  note('r');
  return arg;
}

static void *wait_by_poll(void *arg) {
  struct pollfd in = {p[0], POLLIN, 0};
  errno = 222;
  EXPECT_EQ(poll(&in, 1, -1), 1);
  EXPECT_EQ(errno, 222);
  EXPECT_EQ(read_byte(p[0]), 1);
  note('p');
  return arg;
}

static void *wait_by_select(void *arg) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(p[0], &set);
  EXPECT_EQ(select(p[0] + 1, &set, NULL, NULL, NULL), 1);
  EXPECT_EQ(read_byte(p[0]), 1);
  note('s');
  return arg;
}

static void *wait_by_epoll(void *arg) {
  int e = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  EXPECT_EQ(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &event), 0);
  EXPECT_EQ(epoll_wait(e, &event, 1, -1), 1);
  EXPECT_EQ(read_byte(p[0]), 1);
  close(e);
  note('e');
  return arg;
}

static void *fail_with(void *arg) {
  EXPECT_EQ(errno, 0);
  errno = (int)(intptr_t)arg;
  emscripten_task_sleep(1);
  EXPECT_EQ(errno, (int)(intptr_t)arg);
  return NULL;
}

static void test_blocking(void) {
  em_task_fn ways[] = {wait_by_read, wait_by_poll, wait_by_select, wait_by_epoll};
  em_task_t tasks[4], other[3];
  for (int i = 0; i < 4; i++) tasks[i] = spawn(ways[i], NULL);
  for (int i = 0; i < 3; i++) other[i] = spawn(fail_with, (void *)(intptr_t)(i + 1));
  errno = 5;
  for (int i = 0; i < 3; i++) join(other[i]);
  EXPECT_EQ(errno, 5);
  for (int i = 0; i < 4; i++) {
    write_byte(p[1]);
    EXPECT_EQ(emscripten_task_sleep(1), 0);
  }
  for (int i = 0; i < 4; i++) join(tasks[i]);
  EXPECT_EQ(strlen(order), 4);
  memset(order, 0, sizeof order);
}

static void *write_much(void *arg) {
  static char buffer[300000];
  EXPECT_EQ(write(p[1], buffer, sizeof buffer), sizeof buffer);
  return arg;
}

static void test_blocking_write(void) {
  em_task_t t = spawn(write_much, NULL);
  char buffer[7777];
  ssize_t total = 0;
  while (total < 300000) {
    ssize_t n = read(p[0], buffer, sizeof buffer);
    EXPECT(n > 0);
    total += n;
  }
  EXPECT_EQ(total, 300000);
  join(t);
}

// ---- Sleeping ----

static void *sleeper(void *arg) {
  double ms = *(double *)arg;
  double begin = emscripten_get_now();
  EXPECT_EQ(emscripten_task_sleep(ms), 0);
  EXPECT(emscripten_get_now() - begin >= ms);
  note((char)('0' + (int)(ms / 10)));
  return NULL;
}

static void test_sleep(void) {
  static double times[] = {60, 20, 0.5, 0, -1};
  em_task_t tasks[5];
  for (int i = 0; i < 5; i++) tasks[i] = spawn(sleeper, &times[i]);
  for (int i = 0; i < 5; i++) join(tasks[i]);
  EXPECT_EQ(order[4], '6');
  memset(order, 0, sizeof order);
}

// ---- Names, self, handles ----

static void *check_self(void *arg) {
  EXPECT(emscripten_task_self() == *(em_task_t *)arg);
  EXPECT_EQ(strcmp(emscripten_task_name(emscripten_task_self()), "a name that is longer than fits"), 0);
  emscripten_task_sleep(1);
  EXPECT(emscripten_task_self() == *(em_task_t *)arg);
  return NULL;
}

static void *join_it(void *arg) {
  EXPECT_EQ(emscripten_task_join(*(em_task_t *)arg, NULL), -EINVAL);
  EXPECT_EQ(emscripten_task_detach(*(em_task_t *)arg), -EINVAL);
  EXPECT_EQ(emscripten_task_join(emscripten_task_self(), NULL), -EDEADLK);
  return NULL;
}

static void *set_flag(void *arg) {
  emscripten_task_yield();
  *(bool *)arg = true;
  return NULL;
}

static void test_handles(void) {
  em_task_t t, other;
  em_task_attr_t attr = {.name = "a name that is longer than fits in"};
  EXPECT_EQ(emscripten_task_spawn(&t, &attr, check_self, &t), 0);
  join(t);
  EXPECT_EQ(strcmp(emscripten_task_name(emscripten_task_self()), "main"), 0);
  EXPECT_EQ(emscripten_task_join(emscripten_task_self(), NULL), -EDEADLK);
  EXPECT_EQ(emscripten_task_detach(emscripten_task_self()), -EINVAL);
  attr = (em_task_attr_t){.stack_size = EM_TASK_STACK_MIN - 1};
  EXPECT_EQ(emscripten_task_spawn(&t, &attr, check_self, &t), -EINVAL);
  attr.stack_size = (size_t)-1;
  EXPECT_EQ(emscripten_task_spawn(&t, &attr, check_self, &t), -ENOMEM);

  // main joins t, when another tries to.
  t = spawn(sleeper, &(double){10});
  other = spawn(join_it, &t);
  join(t);
  join(other);

  // Detached before and after its end, and from the beginning.
  bool done[3] = {0};
  t = spawn(set_flag, &done[0]);
  EXPECT_EQ(emscripten_task_detach(t), 0);
  EXPECT_EQ(emscripten_task_detach(t), -EINVAL);
  EXPECT_EQ(emscripten_task_spawn(NULL, NULL, set_flag, &done[1]), 0);
  t = spawn(set_flag, &done[2]);
  emscripten_task_sleep(2);
  EXPECT(done[0] && done[1] && done[2]);
  EXPECT_EQ(emscripten_task_detach(t), 0);
  memset(order, 0, sizeof order);
}

// ---- Data ----

static int key, plain_key, destroyed;

static void destroy(void *value) {
  destroyed += (int)(intptr_t)value;
  if ((intptr_t)value == 100) EXPECT_EQ(emscripten_task_set(key, (void *)1000), 0);
}

static void *use_data(void *arg) {
  EXPECT(!emscripten_task_get(key));
  EXPECT_EQ(emscripten_task_set(key, arg), 0);
  EXPECT_EQ(emscripten_task_set(plain_key, arg), 0);
  emscripten_task_yield();
  EXPECT(emscripten_task_get(key) == arg && emscripten_task_get(plain_key) == arg);
  return NULL;
}

static void test_data(void) {
  key = emscripten_task_key_create(destroy);
  plain_key = emscripten_task_key_create(NULL);
  EXPECT(key >= 0 && plain_key > key);
  EXPECT_EQ(emscripten_task_set(plain_key + 1, NULL), -EINVAL);
  EXPECT_EQ(emscripten_task_set(-1, NULL), -EINVAL);
  EXPECT(!emscripten_task_get(-1) && !emscripten_task_get(plain_key + 1));
  EXPECT_EQ(emscripten_task_set(key, (void *)7), 0);
  em_task_t a = spawn(use_data, (void *)10), b = spawn(use_data, (void *)100);
  join(a);
  join(b);
  EXPECT_EQ(destroyed, 1110);
  EXPECT_EQ((intptr_t)emscripten_task_get(key), 7);
  for (int i = plain_key + 1; i < EM_TASK_KEYS; i++) EXPECT_EQ(emscripten_task_key_create(NULL), i);
  EXPECT_EQ(emscripten_task_key_create(NULL), -EAGAIN);
}

// ---- Callbacks ----

static bool spawned_in_callback, polled;
static int said;

static void in_callback(void *arg) {
  (void)arg;
  EXPECT(!emscripten_task_self());
  EXPECT_EQ(emscripten_task_set(key, NULL), -EPERM);
  EXPECT_EQ(emscripten_task_sleep(1), -EDEADLK);
  EXPECT_EQ(emscripten_task_yield(), -EDEADLK);
  EXPECT_EQ(emscripten_task_spawn(NULL, NULL, set_flag, &spawned_in_callback), 0);
  // clang-format off
  said = EM_ASM_INT({ return globalThis.said.filter((text) => text.includes('EDEADLK')).length; });
  // clang-format on
}

static void poll_task(int fd, int revents, void *data) {
  EXPECT_EQ(revents, POLLIN);
  EXPECT(data == &polled);
  EXPECT_EQ(read_byte(fd), 1);
  EXPECT_EQ(emscripten_task_sleep(1), 0);
  EXPECT_EQ(strcmp(emscripten_task_name(emscripten_task_self()), "poll callback"), 0);
  polled = true;
}

static void test_callbacks(void) {
  // clang-format off
  EM_ASM({
    globalThis.said = [];
    globalThis.stderr = err;
    err = (text) => globalThis.said.push(text);
  });
  // clang-format on
  emscripten_async_call(in_callback, NULL, 0);
  while (!spawned_in_callback) emscripten_task_yield();
  EXPECT_EQ(said, 2);
  // clang-format off
  EM_ASM({ err = globalThis.stderr; });
  // clang-format on
  EXPECT(emscripten_task_poll_start(p[0], POLLIN, -1, poll_task, &polled) > 0);
  EXPECT_EQ(emscripten_task_poll_start(-1, POLLIN, -1, poll_task, &polled), -EBADF);
  write_byte(p[1]);
  while (!polled) emscripten_task_sleep(1);
}

// ---- Fairness ----

static int rounds[2];
static bool ticked;

static void *always_ready(void *arg) {
  int fds[2];
  MUST(pipe(fds));
  while (!ticked) {
    write_byte(fds[1]);
    EXPECT_EQ(read_byte(fds[0]), 1);
    ++*(int *)arg;
  }
  close(fds[0]);
  close(fds[1]);
  return NULL;
}

static void tick(void *arg) {
  (void)arg;
  ticked = true;
}

static void test_fairness(void) {
  em_task_t a = spawn(always_ready, &rounds[0]), b = spawn(always_ready, &rounds[1]);
  emscripten_async_call(tick, NULL, 20);
  join(a);
  join(b);
  EXPECT(rounds[0] > 0 && rounds[1] > 0 && rounds[0] < 3 * rounds[1] && rounds[1] < 3 * rounds[0]);
}

int main(void) {
  MUST(pipe(p));
  test_order();
  test_blocking();
  test_blocking_write();
  test_sleep();
  test_handles();
  test_data();
  test_callbacks();
  test_fairness();
  return status_of_test();
}
