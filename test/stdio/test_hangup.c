// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A terminal that is hung up: what poll and read say.
//
// needs: wait
// stdin: line

#include "driver.h"

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  TELL("end");
  POLL(0, POLLIN, -1);
  show_read(0, 10);
  POLL(0, POLLIN | POLLRDNORM, 0);
  show_read(0, 10);
  return 0;
}
