// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A standard input that is open, and that nobody waits for any more, does not keep a program alive.
//
// flags: -sEXIT_RUNTIME=0
// modes: plain jspi wasm64 asyncify
// stdin: pipe socket tty

#include "driver.h"

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  POLL(0, POLLIN, 20);
  set_nonblocking(0, 1);
  show_read(0, 1);
  POLL(0, POLLIN, 20);
  write(1, "no line", 7);
  return 0;
}
