// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Standard output whose reader is gone: SIGPIPE and EPIPE.
//
// gaps: 17
// stdin: pipe
// stdout: pipe socket

#include "driver.h"
#include <signal.h>

static volatile int signals;

static void on_signal(int number) {
  (void)number;
  signals++;
}

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  signal(SIGPIPE, on_signal);
  SHOW(write(1, "x", 1));
  TELL("leave");
  TELL("write x");
  show_read(0, 1);
  SHOW(write(1, "x", 1));
  printf("%d signals\n", signals);
  signal(SIGPIPE, SIG_IGN);
  SHOW(write(1, "x", 1));
  printf("%d signals\n", signals);
  return 0;
}
