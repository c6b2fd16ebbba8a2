// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// emscripten_poll_promise: fulfilled with revents, 0 on time-out and POLLNVAL on close; rejected
// with the errno if the request is refused; destroyed by its owner before it settles or after.
//
// Promises belong to the runtime's main thread.
// modes: plain jspi asyncify pthread pthread_jspi

#include "expect.h"
#include <emscripten/eventloop.h>
#include <emscripten/poll.h>

struct want {
  em_promise_t promise;
  em_promise_result_t how;
  int value;
};

static int pending;

static em_promise_result_t settled(em_promise_result_t how, struct want *want, void *value) {
  EXPECT_EQ(how, want->how);
  EXPECT_EQ((int)(intptr_t)value, want->value);
  emscripten_promise_destroy(want->promise);
  free(want);
  if (--pending == 0) next_step();
  return EM_PROMISE_FULFILL;
}

static em_promise_result_t fulfilled(void **result, void *want, void *value) {
  (void)result;
  return settled(EM_PROMISE_FULFILL, want, value);
}

static em_promise_result_t rejected(void **result, void *want, void *value) {
  (void)result;
  return settled(EM_PROMISE_REJECT, want, value);
}

static void expect(em_promise_t promise, em_promise_result_t how, int value) {
  struct want *want = malloc(sizeof *want);
  *want = (struct want){promise, how, value};
  pending++;
  emscripten_promise_destroy(emscripten_promise_then(promise, fulfilled, rejected, want));
}

static int p[2], q[2];

static void test_fulfilled(void) {
  MUST(pipe(p));
  MUST(pipe(q));
  expect(emscripten_poll_promise(p[0], POLLIN, -1), EM_PROMISE_FULFILL, POLLIN);
  expect(emscripten_poll_promise(p[1], POLLOUT, -1), EM_PROMISE_FULFILL, POLLOUT);
  expect(emscripten_poll_promise(q[0], POLLIN, 10), EM_PROMISE_FULFILL, 0);
  expect(emscripten_poll_promise(q[0], POLLIN, 0), EM_PROMISE_FULFILL, 0);
  write_byte(p[1]);
}

static void test_closed(void) {
  expect(emscripten_poll_promise(q[0], POLLIN, -1), EM_PROMISE_FULFILL, POLLNVAL);
  close(q[0]);
}

static void test_rejected(void) {
  bool alive = emscripten_runtime_keepalive_check();
  int file = MUST(open("/tmp/regular", O_RDWR | O_CREAT, 0600));
  em_promise_t bad_fd = emscripten_poll_promise(-1, POLLIN, -1);
  em_promise_t regular = emscripten_poll_promise(file, POLLIN, -1);
  close(file);
  EXPECT_EQ(emscripten_runtime_keepalive_check(), alive);
  expect(bad_fd, EM_PROMISE_REJECT, EBADF);
  expect(regular, EM_PROMISE_REJECT, EPERM);
}

static void other_settled(int fd, int revents) {
  (void)fd;
  EXPECT_EQ(revents, POLLIN);
  next_step();
}

// The request outlives its promise; nobody hears of it, and it lets go of the runtime all the same.
static void test_destroyed_early(void) {
  MUST(pipe(q));
  emscripten_promise_destroy(emscripten_poll_promise(q[0], POLLIN, -1));
  EXPECT_EQ(emscripten_poll_with_callback(q[0], POLLIN, -1, other_settled), 0);
  write_byte(q[1]);
}

static const step steps[] = {
  test_fulfilled, test_closed, test_rejected, test_destroyed_early, NULL,
};

int main(void) {
  run_steps(steps);
  return 0;
}
