// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Module.stdinStream that says isTTY is a terminal: isatty, ttyname, its window, raw mode, and reads
// of a line at a time until then.
//
// flags: --pre-js {dir}/stdin_stream.js --pre-js {dir}/stdin_terminal.js

#include "expect.h"
#include <emscripten/poll.h>
#include <sys/ioctl.h>
#include <termios.h>

// clang-format off
static int raw(void) {
  return MAIN_THREAD_EM_ASM_INT({ return stdinTest.raw === null ? -1 : +stdinTest.raw; });
}
// clang-format on

static void on_line(int fd, int revents) {
  char buf[100];
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read(fd, buf, sizeof buf), 7);
  finish();
}

int main(void) {
  EXPECT_EQ(isatty(0), 1);
  EXPECT(ttyname(0) && !strcmp(ttyname(0), "/dev/tty"));
  struct winsize w = {0};
  EXPECT_EQ(ioctl(0, TIOCGWINSZ, &w), 0);
  EXPECT_EQ(w.ws_row, 30);
  EXPECT_EQ(w.ws_col, 100);
  EXPECT_EQ(ioctl(0, TIOCSWINSZ, &w), -1);
  EXPECT_EQ(errno, EPERM);
  struct termios t, now;
  EXPECT_EQ(tcgetattr(0, &t), 0);
  EXPECT(t.c_lflag & ICANON);
  EXPECT_EQ(raw(), -1);
  struct termios changed = t;
  changed.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  EXPECT_EQ(tcsetattr(0, TCSANOW, &changed), 0);
  EXPECT_EQ(raw(), 1);
  EXPECT_EQ(tcgetattr(0, &now), 0);
  EXPECT_EQ(now.c_lflag, changed.c_lflag);
  EXPECT_EQ(tcsetattr(0, TCSAFLUSH, &t), 0);
  EXPECT_EQ(raw(), 0);
  EXPECT_EQ(emscripten_poll_with_callback(0, POLLIN, SOON, on_line), 0);
  emscripten_exit_with_live_runtime();
}
