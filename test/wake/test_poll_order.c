// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Callbacks come in the order in which their descriptors became ready, not in that of arming; and a
// descriptor that is always ready starves neither another one nor a timer.

#include "expect.h"
#include <emscripten/poll.h>

#define N 8

static int pipes[N][2];
static int order[N];
static int next_order;

static void close_pipes(void) {
  for (int i = 0; i < N; i++) {
    close(pipes[i][0]);
    close(pipes[i][1]);
  }
}

static void in_order(int fd, int revents, void *data) {
  (void)fd;
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ((int)(intptr_t)data, order[next_order]);
  if (++next_order == N) {
    close_pipes();
    next_step();
  }
}

static void open_pipes(void) {
  next_order = 0;
  for (int i = 0; i < N; i++) MUST(pipe(pipes[i]));
}

static void arm(int i) {
  EXPECT(emscripten_poll_start(pipes[i][0], POLLIN, SOON, in_order, (void *)(intptr_t)i) > 0);
}

static void test_order_of_events(void) {
  open_pipes();
  for (int i = 0; i < N; i++) arm(i);
  for (int i = 0; i < N; i++) {
    order[i] = (i * 5 + 3) % N;
    write_byte(pipes[order[i]][1]);
  }
}

// Those that are ready when they are armed have their event then.
static void test_order_of_ready(void) {
  open_pipes();
  for (int i = 0; i < N; i++) write_byte(pipes[i][1]);
  for (int i = 0; i < N; i++) {
    order[i] = (i * 3 + 1) % N;
    arm(order[i]);
  }
}

// ---- Fairness --------------------------------------------------------------------------------------

#define ROUNDS 200

static int flood, flood_calls, quiet_calls, timer_calls;

static bool flooding(int fd, int revents, void *data) {
  (void)fd;
  (void)data;
  EXPECT_EQ(revents, POLLIN);
  flood_calls++;
  return true;
}

static bool quiet(int fd, int revents, void *data) {
  (void)data;
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read_byte(fd), 1);
  // A call of the flood in between: neither goes twice while the other one waits.
  EXPECT(flood_calls <= quiet_calls + 2);
  EXPECT(flood_calls >= quiet_calls);
  if (++quiet_calls < ROUNDS) {
    write_byte(pipes[1][1]);
    return true;
  }
  return false;
}

static void end_of_flood(void *arg) {
  (void)arg;
  EXPECT_EQ(quiet_calls, ROUNDS);
  EXPECT_EQ(emscripten_poll_cancel(flood), 0);
  close_pipes();
  next_step();
}

static void tick(void *arg) {
  bool again = ++timer_calls < 5 || quiet_calls < ROUNDS;
  emscripten_async_call(again ? tick : end_of_flood, arg, 10);
}

static void test_fairness(void) {
  open_pipes();
  write_byte(pipes[0][1]);
  write_byte(pipes[1][1]);
  flood = emscripten_poll_start_multishot(pipes[0][0], POLLIN, -1, flooding, NULL);
  EXPECT(flood > 0);
  EXPECT(emscripten_poll_start_multishot(pipes[1][0], POLLIN, SOON, quiet, NULL) > 0);
  tick(NULL);
}

// One-shot requests that arm themselves anew starve nobody either.
static void tireless(int fd, int revents) {
  EXPECT_EQ(revents, POLLIN);
  if (flood_calls >= 0) {
    flood_calls++;
    EXPECT_EQ(emscripten_poll_with_callback(fd, POLLIN, -1, tireless), 0);
  } else {
    close_pipes();
    next_step();
  }
}

static void end_of_tireless(void *arg) {
  (void)arg;
  EXPECT(flood_calls > 0);
  flood_calls = -1;
}

static void test_rearming_is_fair_to_timers(void) {
  open_pipes();
  flood_calls = 0;
  write_byte(pipes[0][1]);
  EXPECT_EQ(emscripten_poll_with_callback(pipes[0][0], POLLIN, -1, tireless), 0);
  emscripten_async_call(end_of_tireless, NULL, 10);
}

static const step steps[] = {
  test_order_of_events, test_order_of_ready, test_fairness, test_rearming_is_fair_to_timers, NULL,
};

int main(void) {
  run_steps(steps);
  return 0;
}
