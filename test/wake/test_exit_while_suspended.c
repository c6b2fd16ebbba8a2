// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A callback ends the program while main is suspended in a wait: it ends at once, whatever time-out
// the wait had, and main does not go on.
//
// modes: jspi asyncify pthread_jspi

#include "expect.h"
#include <emscripten/poll.h>

static int p[2];

static void end_program(int fd, int revents) {
  EXPECT_EQ(fd, p[1]);
  EXPECT_EQ(revents, POLLOUT);
  write_byte(p[1]); // main is ready too
  finish();
}

int main(void) {
  MUST(pipe(p));
  struct pollfd in = {p[0], POLLIN, 0};
  EXPECT_EQ(emscripten_poll_with_callback(p[1], POLLOUT, -1, end_program), 0);
  poll(&in, 1, 0x7fffffff);
  printf("main went on after the program's exit\n");
  // clang-format off
  EM_ASM({ process.on('exit', () => { process.exitCode = 1; }); });
  // clang-format on
  return 1;
}
