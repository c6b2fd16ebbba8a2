// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// emscripten_poll_start and emscripten_poll_cancel: data of the caller's, ids, cancelling outside
// and inside of callbacks, and what cancelling twice says.

#include "expect.h"
#include <emscripten/eventloop.h>
#include <emscripten/poll.h>

static int p[2];
static int id, other_id;

static void never(int fd, int revents, void *data) {
  printf("a cancelled callback was called: fd %d, revents %#x, data %s\n", fd, revents,
         (char *)data);
  failures++;
}

static void close_pipe(void) {
  close(p[0]);
  close(p[1]);
}

// ---- Data ------------------------------------------------------------------------------------

static int value;

static void with_data(int fd, int revents, void *data) {
  EXPECT_EQ(fd, p[0]);
  EXPECT_EQ(revents, POLLIN);
  EXPECT(data == &value);
  // It has not ended before it has returned.
  EXPECT_EQ(emscripten_poll_cancel(id), 0);
  EXPECT_EQ(emscripten_poll_cancel(id), -ENOENT);
  close_pipe();
  next_step();
}

static void test_data(void) {
  MUST(pipe(p));
  id = emscripten_poll_start(p[0], POLLIN, SOON, with_data, &value);
  EXPECT(id > 0);
  write_byte(p[1]);
}

static void test_errors(void) {
  int file = MUST(open("/tmp/regular", O_RDWR | O_CREAT, 0600));
  EXPECT_EQ(emscripten_poll_start(-1, POLLIN, -1, never, "bad fd"), -EBADF);
  EXPECT_EQ(emscripten_poll_start(file, POLLIN, -1, never, "file"), -EPERM);
  close(file);
  EXPECT_EQ(emscripten_poll_cancel(0), -ENOENT);
  EXPECT_EQ(emscripten_poll_cancel(-1), -ENOENT);
  EXPECT_EQ(emscripten_poll_cancel(0x7fffffff), -ENOENT);
  EXPECT_EQ(emscripten_poll_cancel((int)0x80000000), -ENOENT);
  next_step();
}

// ---- Cancelling ------------------------------------------------------------------------------

static void after_a_while(int fd, int revents, void *data) {
  (void)fd;
  (void)data;
  EXPECT_EQ(revents, 0);
  close_pipe();
  next_step();
}

// Gives what should not happen the time to happen.
static void wait_in_vain(void) {
  int quiet[2];
  MUST(pipe(quiet));
  EXPECT(emscripten_poll_start(quiet[0], POLLIN, 20, after_a_while, NULL) > 0);
}

static void test_cancel_outside(void) {
  bool alive = emscripten_runtime_keepalive_check();
  MUST(pipe(p));
  id = emscripten_poll_start(p[0], POLLIN, 1, never, "cancelled before it was ready");
  EXPECT_EQ(emscripten_poll_cancel(id), 0);
  EXPECT_EQ(emscripten_poll_cancel(id), -ENOENT);
  EXPECT_EQ(emscripten_runtime_keepalive_check(), alive);
  write_byte(p[1]);
  // Ready, and the call already queued.
  id = emscripten_poll_start(p[0], POLLIN, SOON, never, "cancelled when it was ready");
  EXPECT_EQ(emscripten_poll_cancel(id), 0);
  EXPECT_EQ(emscripten_poll_cancel(id), -ENOENT);
  EXPECT_EQ(emscripten_runtime_keepalive_check(), alive);
  wait_in_vain();
}

static void cancel_the_other(int fd, int revents, void *data) {
  (void)fd;
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(strcmp(data, "one"), 0);
  EXPECT_EQ(emscripten_poll_cancel(other_id), 0);
  EXPECT_EQ(emscripten_poll_cancel(other_id), -ENOENT);
  wait_in_vain();
}

// Both are ready in the same turn of the event loop; the first to run cancels the second.
static void test_cancel_from_another_callback(void) {
  MUST(pipe(p));
  id = emscripten_poll_start(p[0], POLLIN, SOON, cancel_the_other, "one");
  other_id = emscripten_poll_start(p[0], POLLIN, SOON, never, "two");
  write_byte(p[1]);
}

static int calls;

static bool cancel_itself(int fd, int revents, void *data) {
  (void)fd;
  (void)data;
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(++calls, 1);
  EXPECT_EQ(emscripten_poll_cancel(id), 0);
  EXPECT_EQ(emscripten_poll_cancel(id), -ENOENT);
  wait_in_vain();
  return true; // no longer counts
}

static void test_cancel_from_its_own_callback(void) {
  MUST(pipe(p));
  calls = 0;
  id = emscripten_poll_start_multishot(p[0], POLLIN, SOON, cancel_itself, NULL);
  write_byte(p[1]);
}

static void test_cancel_after_close(void) {
  MUST(pipe(p));
  id = emscripten_poll_start(p[0], POLLIN, -1, never, "closed");
  close(p[0]);
  EXPECT_EQ(emscripten_poll_cancel(id), 0);
  p[0] = MUST(dup(p[1]));
  wait_in_vain();
}

// ---- Ids -------------------------------------------------------------------------------------

#define MANY 300

static void test_many_ids(void) {
  static int ids[MANY];
  MUST(pipe(p));
  for (int i = 0; i < MANY; i++) {
    ids[i] = emscripten_poll_start(p[0], POLLIN, -1, never, "one of many");
    EXPECT(ids[i] > 0);
    for (int j = 0; j < i; j++) {
      if (ids[j] == ids[i]) check_failed(__FILE__, __LINE__, "ids of pending requests differ");
    }
  }
  for (int i = 0; i < MANY; i += 2) EXPECT_EQ(emscripten_poll_cancel(ids[i]), 0);
  for (int i = 0; i < MANY; i += 2) EXPECT_EQ(emscripten_poll_cancel(ids[i]), -ENOENT);
  for (int i = 1; i < MANY; i += 2) EXPECT_EQ(emscripten_poll_cancel(ids[i]), 0);
  write_byte(p[1]);
  wait_in_vain();
}

static const step steps[] = {
  test_data,
  test_errors,
  test_cancel_outside,
  test_cancel_from_another_callback,
  test_cancel_from_its_own_callback,
  test_cancel_after_close,
  test_many_ids,
  NULL,
};

int main(void) {
  run_steps(steps);
  return 0;
}
