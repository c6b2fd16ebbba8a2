// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A program that exits while requests are pending, timers are set and calls are queued ends at once,
// with its status, and nothing of what was queued runs or complains. (With emscripten_force_exit,
// because Emscripten's exit() does not end a program whose runtime something keeps alive.)
//
// flags: -sASSERTIONS=1

#include "expect.h"
#include <emscripten/poll.h>

static int p[2];
static bool exiting;

static bool call(int fd, int revents, void *data) {
  (void)fd;
  (void)data;
  EXPECT_EQ(revents, POLLIN);
  EXPECT(!exiting);
  exiting = true;
  finish();
}

static bool pending(int fd, int revents, void *data) {
  (void)fd;
  (void)revents;
  (void)data;
  EXPECT(!exiting);
  return true;
}

int main(void) {
  // Whatever is said on stderr is a complaint.
  // clang-format off
  MAIN_THREAD_EM_ASM({
    var complaints = [];
    err = (text) => complaints.push(text);
    process.on('exit', (status) => {
      if (complaints.length) console.log(complaints.join('\n'));
      process.exitCode = status || complaints.length;
    });
  });
  // clang-format on
  MUST(pipe(p));
  EXPECT(emscripten_poll_start_multishot(p[0], POLLIN, -1, call, NULL) > 0);
  EXPECT(emscripten_poll_start_multishot(p[0], POLLIN, -1, pending, NULL) > 0);
  EXPECT(emscripten_poll_start_multishot(p[0], POLLPRI, 1, pending, NULL) > 0);
  EXPECT(emscripten_poll_start_multishot(p[0], POLLPRI, 0x7fffffff, pending, NULL) > 0);
  write_byte(p[1]);
  return 0;
}
