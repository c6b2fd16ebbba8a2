// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A pending request keeps the runtime alive after main has returned, and no longer: the program
// ends by itself when the last one has ended, in whatever way, and with the status of main.
//
// With PROXY_TO_PTHREAD Emscripten forgets the status of a main that returns to a live runtime.
// modes: plain jspi asyncify pthread pthread_jspi
// flags: -sDEFAULT_LIBRARY_FUNCS_TO_INCLUDE=$getWasmTableEntry

#include "expect.h"
#include <emscripten/poll.h>

#define STATUS 7

static int p[2];
static int calls;

static void write_late(void *arg) {
  (void)arg;
  write_byte(p[1]);
}

static void last(int fd, int revents) {
  EXPECT_EQ(fd, p[0]);
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(++calls, 4);
}

static bool multishot(int fd, int revents, void *data) {
  (void)data;
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read_byte(fd), 1);
  EXPECT_EQ(++calls, 3);
  // Nothing but the request holds the runtime: the write comes from outside.
  // clang-format off
  EM_ASM({ setTimeout(() => dynamicCall($0, $1), 5); }, write_late, 0);
  // clang-format on
  EXPECT_EQ(emscripten_poll_with_callback(p[0], POLLIN, -1, last), 0);
  return false;
}

static void timed_out(int fd, int revents) {
  (void)fd;
  EXPECT_EQ(revents, 0);
  EXPECT_EQ(++calls, 2);
  EXPECT(emscripten_poll_start_multishot(p[0], POLLIN, -1, multishot, NULL) > 0);
  write_byte(p[1]);
}

static void closed(int fd, int revents) {
  (void)fd;
  EXPECT_EQ(revents, POLLNVAL);
  EXPECT_EQ(++calls, 1);
  EXPECT_EQ(emscripten_poll_with_callback(p[0], POLLIN, 5, timed_out), 0);
}

static void never(int fd, int revents, void *data) {
  (void)fd;
  (void)revents;
  (void)data;
  failures++;
}

static void at_exit(void) {
  EXPECT_EQ(calls, 4);
  // The only way left to fail: the status is main's.
  if (failures) _exit(1);
}

int main(void) {
  int q[2];
  atexit(at_exit);
  // clang-format off
  EM_ASM({
    globalThis.dynamicCall = (f, arg) => getWasmTableEntry(f)(arg);
    process.on('exit', (status) => process.exitCode = status == $0 ? 0 : status || 1);
  }, STATUS);
  // clang-format on
  MUST(pipe(p));
  MUST(pipe(q));
  EXPECT_EQ(emscripten_poll_with_callback(q[0], POLLIN, -1, closed), 0);
  int id = emscripten_poll_start(p[0], POLLIN, 0x7fffffff, never, NULL);
  EXPECT_EQ(emscripten_poll_cancel(id), 0);
  close(q[0]);
  return STATUS;
}
