// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Module.print, printErr and stdin of a page are what a program prints with and reads from, as with
// the stock library: lines of text, and bytes.
//
// modes: plain jspi pthread
// flags: --pre-js {dir}/overrides.js

#include "expect.h"

int main(void) {
  char buf[10];
  EXPECT_EQ(read(0, buf, sizeof buf), 3);
  EXPECT_EQ(memcmp(buf, "in\n", 3), 0);
  EXPECT_EQ(read(0, buf, sizeof buf), 0);
  struct pollfd p = {0, POLLIN, 0};
  EXPECT_EQ(poll(&p, 1, 0), 1);
  printf("one\ntw");
  fflush(stdout);
  EXPECT_EQ(write(1, "o\nrest", 6), 6);
  fprintf(stderr, "complaint\n");
  // clang-format off
  EXPECT_EQ(EM_ASM_INT({ return overrides.printed.join() === 'one,two'; }), 1);
  EXPECT_EQ(EM_ASM_INT({ return overrides.complained.join() === 'complaint'; }), 1);
  // clang-format on
  finish();
}
