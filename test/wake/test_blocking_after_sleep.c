// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A suspension that is not emwake's (emscripten_sleep) and one that is, in turns: each blocking call
// finds that its stack can be suspended.
//
// modes: jspi asyncify pthread_jspi

#include "expect.h"

static int p[2];

static void do_write(void *arg) {
  (void)arg;
  write_byte(p[1]);
}

int main(void) {
  MUST(pipe(p));
  struct pollfd in = {p[0], POLLIN, 0};
  for (int i = 0; i < 3; i++) {
    emscripten_sleep(1);
    emscripten_async_call(do_write, NULL, 0);
    EXPECT_EQ(poll(&in, 1, SOON), 1);
    EXPECT_EQ(read_byte(p[0]), 1);
    EXPECT_EQ(poll(&in, 1, 1), 0);
    emscripten_sleep(0);
    emscripten_async_call(do_write, NULL, 0);
    EXPECT_EQ(read_byte(p[0]), 1);
  }
  return status_of_test();
}
