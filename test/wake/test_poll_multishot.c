// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// emscripten_poll_start_multishot: level-triggered, rearmed with its timeout, until it says stop,
// is cancelled, or its descriptor is closed.

#include "expect.h"
#include <emscripten/eventloop.h>
#include <emscripten/poll.h>

static int p[2];
static int calls, id;

static void close_pipe(void) {
  close(p[0]);
  close(p[1]);
}

static void start(int timeout, em_poll_multishot_callback callback) {
  calls = 0;
  MUST(pipe(p));
  id = emscripten_poll_start_multishot(p[0], POLLIN, timeout, callback, &calls);
  EXPECT(id > 0);
}

// ---- Level-triggered: a call for as long as there is something to read -----------------------------

static bool read_one_of_three(int fd, int revents, void *data) {
  EXPECT(data == &calls);
  EXPECT_EQ(fd, p[0]);
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read_byte(fd), 1);
  if (++calls < 3) return true;
  close_pipe();
  next_step();
  return false;
}

static void test_level(void) {
  start(SOON, read_one_of_three);
  EXPECT_EQ(write(p[1], "abc", 3), 3);
}

// ---- Waits again when there is nothing -------------------------------------------------------------

static void write_more(void *arg) {
  (void)arg;
  write_byte(p[1]);
}

static bool read_what_comes(int fd, int revents, void *data) {
  (void)data;
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read_byte(fd), 1);
  if (++calls < 3) {
    emscripten_async_call(write_more, NULL, 1);
    return true;
  }
  close_pipe();
  next_step();
  return false;
}

static void test_rearm(void) {
  start(SOON, read_what_comes);
  write_byte(p[1]);
}

// ---- The timeout starts anew with each rearming ----------------------------------------------------

static double before;

static bool time_out_twice(int fd, int revents, void *data) {
  (void)fd;
  (void)data;
  double now = emscripten_get_now();
  EXPECT_EQ(revents, 0);
  EXPECT(now - before >= 15);
  before = now;
  if (++calls < 3) return true;
  close_pipe();
  next_step();
  return false;
}

static void test_timeout(void) {
  before = emscripten_get_now();
  start(15, time_out_twice);
}

// ---- Stopping --------------------------------------------------------------------------------------

static void end_of_quiet(int fd, int revents, void *data) {
  (void)data;
  EXPECT_EQ(revents, 0);
  EXPECT_EQ(calls, 1);
  close(fd);
  close_pipe();
  next_step();
}

// Gives what should not happen the time to happen.
static void wait_in_vain(void) {
  int quiet[2];
  MUST(pipe(quiet));
  EXPECT(emscripten_poll_start(quiet[0], POLLIN, 20, end_of_quiet, NULL) > 0);
}

static bool stop_at_once(int fd, int revents, void *data) {
  (void)fd;
  (void)data;
  EXPECT_EQ(revents, POLLIN);
  calls++;
  wait_in_vain();
  return false;
}

// The descriptor stays ready.
static void test_stop(void) {
  start(SOON, stop_at_once);
  write_byte(p[1]);
}

static void cancel_from_outside(void *arg) {
  (void)arg;
  EXPECT_EQ(emscripten_poll_cancel(id), 0);
  EXPECT_EQ(emscripten_poll_cancel(id), -ENOENT);
  calls = 1;
  wait_in_vain();
}

static bool many(int fd, int revents, void *data) {
  (void)fd;
  (void)data;
  EXPECT_EQ(revents, POLLIN);
  if (++calls == 5) emscripten_async_call(cancel_from_outside, NULL, 0);
  return true;
}

static void test_cancel(void) {
  start(-1, many);
  write_byte(p[1]);
}

// ---- The end of the descriptor ---------------------------------------------------------------------

static bool until_closed(int fd, int revents, void *data) {
  (void)data;
  if (++calls == 1) {
    EXPECT_EQ(revents, POLLIN);
    close(fd);
    return true;
  }
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(revents, POLLNVAL);
  EXPECT_EQ(emscripten_poll_cancel(id), 0);
  close(p[1]);
  next_step();
  return true; // nothing is left to wait for
}

static void test_closed(void) {
  start(SOON, until_closed);
  write_byte(p[1]);
}

static bool hung_up(int fd, int revents, void *data) {
  (void)data;
  EXPECT_EQ(revents, POLLHUP);
  EXPECT_EQ(read_byte(fd), 0);
  if (++calls < 3) return true; // it stays so
  close(p[0]);
  next_step();
  return false;
}

static void test_hangup(void) {
  start(SOON, hung_up);
  close(p[1]);
}

static const step steps[] = {
  test_level, test_rearm, test_timeout, test_stop, test_cancel, test_closed, test_hangup, NULL,
};

int main(void) {
  run_steps(steps);
  return 0;
}
