// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Module.stdinStream: chunks of every kind arrive as bytes, one is asked for when the program waits
// or reads and has nothing left, callbacks and blocking calls wait for it, and the end is the end.
//
// flags: --pre-js {dir}/stdin_stream.js

#include "expect.h"
#include <emscripten/poll.h>
#include <emscripten/threading.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

// clang-format off
EM_JS(bool, main_suspends, (), { return typeof Asyncify != 'undefined'; });
// clang-format on

static int pulls(void) {
  // clang-format off
  return MAIN_THREAD_EM_ASM_INT({ return stdinTest.pulls; });
  // clang-format on
}

static bool can_block(void) {
#if defined(__EMSCRIPTEN_PTHREADS__)
  if (!emscripten_is_main_runtime_thread()) return true;
#endif
  return main_suspends();
}

static char buf[200000];

static void at_end(int fd, int revents) {
  EXPECT_EQ(revents, POLLHUP);
  EXPECT_EQ(read(fd, buf, sizeof buf), 0);
  EXPECT_EQ(read(fd, buf, sizeof buf), 0);
  close(0);
  finish();
}

static void on_end_text(int fd, int revents) {
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read(fd, buf, sizeof buf), 3);
  EXPECT_EQ(memcmp(buf, "end", 3), 0);
  EXPECT_EQ(emscripten_poll_with_callback(0, POLLIN, SOON, at_end), 0);
}

static void on_large(int fd, int revents) {
  EXPECT_EQ(revents, POLLIN);
  int n = 0;
  EXPECT_EQ(ioctl(fd, FIONREAD, &n), 0);
  EXPECT_EQ(n, 100000);
  EXPECT_EQ(read(fd, buf, 70000), 70000);
  EXPECT_EQ(read(fd, buf, 70000), 30000);
  EXPECT_EQ(buf[29999], 7);
  EXPECT_EQ(emscripten_poll_with_callback(0, POLLIN, SOON, on_end_text), 0);
}

static void callbacks(void) {
  EXPECT_EQ(emscripten_poll_with_callback(0, POLLIN, SOON, on_large), 0);
}

static void on_buffer(int fd, int revents) {
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read(fd, buf, sizeof buf), 2);
  EXPECT_EQ(buf[1], 2);
  callbacks();
}

static void on_bytes(int fd, int revents) {
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read(fd, buf, sizeof buf), 3);
  EXPECT_EQ(emscripten_poll_with_callback(0, POLLIN, SOON, on_buffer), 0);
}

static void on_text(int fd, int revents) {
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(pulls(), 1);
  EXPECT_EQ(read(fd, buf, 3), 3);
  EXPECT_EQ(read(fd, buf, sizeof buf), 4);
  EXPECT_EQ(memcmp(buf, "llo\n", 4), 0);
  EXPECT_EQ(pulls(), 1);
  EXPECT_EQ(emscripten_poll_with_callback(0, POLLIN, SOON, on_bytes), 0);
}

static void blocking(void) {
  struct pollfd p = {0, POLLIN, 0};
  EXPECT_EQ(read(0, buf, 3), 3);
  EXPECT_EQ(memcmp(buf, "h\xc3\xa9", 3), 0);
  EXPECT_EQ(read(0, buf, sizeof buf), 4);
  EXPECT_EQ(pulls(), 1);
  EXPECT_EQ(poll(&p, 1, SOON), 1);
  EXPECT_EQ(p.revents, POLLIN);
  EXPECT_EQ(pulls(), 2);
  EXPECT_EQ(read(0, buf, sizeof buf), 3);
  EXPECT_EQ(memcmp(buf, "\xff\r\n", 3), 0);
  EXPECT_EQ(read(0, buf, sizeof buf), 2);
  EXPECT_EQ(pulls(), 3);
  callbacks();
}

int main(void) {
  struct stat st;
  EXPECT_EQ(isatty(0), 0);
  EXPECT_EQ(fstat(0, &st), 0);
  EXPECT(S_ISFIFO(st.st_mode));
  EXPECT_EQ(pulls(), 0);
  if (can_block()) {
    blocking();
  } else {
    EXPECT_EQ(emscripten_poll_with_callback(0, POLLIN, SOON, on_text), 0);
  }
  emscripten_exit_with_live_runtime();
}
