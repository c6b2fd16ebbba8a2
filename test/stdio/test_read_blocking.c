// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A blocking read of standard input waits for bytes, takes what is there and no more than it was
// asked for, and gives 0 at the end. Bytes are what they are: NUL, line ends, no text (tty: raw).
//
// gaps: 20 21
// stdin: pipe socket file null

#include "driver.h"
#include <stdbool.h>

int main(int argc, char **argv) {
  (void)argc;
  bool fed = IN_IS("pipe") || IN_IS("socket");
  if (fed) TELL("write ab\\0\\377\\376\\r\\n\\303");
  show_read(0, 2);
  show_read(0, 100);
  if (fed) TELL("write \\251second");
  show_read(0, 1);
  show_read(0, 100);
  show_read(0, 0);
  if (fed) TELL("end");
  show_read(0, 100);
  show_read(0, 100);
  return 0;
}
