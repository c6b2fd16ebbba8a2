// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// inotify(7): a FIFO is opened and closed like a file.
// gaps: inotify fifo

#include "inotifies.h"

int main(void) {
  int in = MUST(inotify_init1(IN_NONBLOCK));
  WATCH(in, ".", IN_OPEN | IN_CLOSE | IN_CREATE | IN_DELETE | IN_ATTRIB);
  int r, w;
  STEP(in, mkfifo("f", 0600));
  WATCH(in, "f", IN_OPEN | IN_CLOSE | IN_DELETE_SELF);
  STEP(in, open("f", O_WRONLY | O_NONBLOCK));
  STEP(in, (r = open("f", O_RDONLY | O_NONBLOCK)) >= 0);
  STEP(in, (w = open("f", O_WRONLY)) >= 0);
  STEP(in, fchmod(w, 0644));
  int copy = MUST(dup(r));
  STEP(in, close(r));
  STEP(in, unlink("f"));
  STEP(in, close(copy));
  STEP(in, close(w));
  return 0;
}
