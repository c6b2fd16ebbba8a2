// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// In a page: callbacks on a pipe, with and without a time-out; main waits in poll and in read, where
// its stack can be suspended, while callbacks run; with threads, a thread wakes it.
//
// modes: plain jspi asyncify pthread_jspi

#include "expect.h"
#include <emscripten/poll.h>
#if defined(__EMSCRIPTEN_PTHREADS__)
#include <pthread.h>
#endif

static int p[2], q[2];

// clang-format off
EM_JS(bool, main_suspends, (), { return typeof Asyncify != 'undefined'; });
// clang-format on

// ---- Waiting ---------------------------------------------------------------------------------

static void write_late(void *arg) {
  (void)arg;
  write_byte(p[1]);
}

#if defined(__EMSCRIPTEN_PTHREADS__)

static void *writer(void *arg) {
  usleep(20000);
  write_late(arg);
  return NULL;
}

static void begin_to_write(void) {
  pthread_t thread;
  EXPECT_EQ(pthread_create(&thread, NULL, writer, NULL), 0);
  pthread_detach(thread);
}

#else

static void begin_to_write(void) {
  emscripten_async_call(write_late, NULL, 20);
}

#endif

static int ticks;

static bool ticking(int fd, int revents, void *data) {
  (void)fd;
  (void)data;
  EXPECT_EQ(revents, 0);
  if (++ticks == 3) begin_to_write();
  return true;
}

static void wait_for_pipe(void) {
  struct pollfd in = {p[0], POLLIN, 0};
  int id = emscripten_poll_start_multishot(q[0], POLLIN, 1, ticking, NULL);
  EXPECT(id > 0);
  EXPECT_EQ(poll(&in, 1, -1), 1);
  EXPECT_EQ(in.revents, POLLIN);
  EXPECT_EQ(read_byte(p[0]), 1);
  EXPECT(ticks >= 3);
  begin_to_write();
  EXPECT_EQ(read_byte(p[0]), 1);

  double before = emscripten_get_now();
  EXPECT_EQ(poll(&in, 1, 30), 0);
  EXPECT(emscripten_get_now() - before >= 29); // a page's clock is coarse
  EXPECT_EQ(emscripten_poll_cancel(id), 0);
}

// ---- Callbacks -------------------------------------------------------------------------------

static void closed(int fd, int revents) {
  EXPECT_EQ(fd, q[0]);
  EXPECT_EQ(revents, POLLNVAL);
  finish();
}

static void timed_out(int fd, int revents) {
  EXPECT_EQ(fd, q[0]);
  EXPECT_EQ(revents, 0);
  EXPECT_EQ(emscripten_poll_with_callback(q[0], POLLIN, -1, closed), 0);
  close(q[0]);
}

static void readable(int fd, int revents) {
  EXPECT_EQ(fd, p[0]);
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read_byte(fd), 1);
  EXPECT_EQ(emscripten_poll_with_callback(q[0], POLLIN, 5, timed_out), 0);
}

int main(void) {
  MUST(pipe(p));
  MUST(pipe(q));
  if (main_suspends()) wait_for_pipe();
  EXPECT_EQ(emscripten_poll_with_callback(p[0], POLLIN, SOON, readable), 0);
  emscripten_async_call(write_late, NULL, 5);
  return 0;
}
