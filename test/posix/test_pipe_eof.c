// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe(7): when all writers are gone, a read gives what is left and then 0, for ever, also with
// O_NONBLOCK; poll says POLLHUP, and POLLIN only while there is data.
// gaps: 17

#include "transcript.h"

int main(void) {
  char buf[16];
  int p[2];
  MUST(pipe(p));
  MUST(write(p[1], "abc", 3));
  MUST(close(p[1]));
  POLL(p[0], POLLIN, -1);
  SHOW(read(p[0], buf, 2));
  POLL(p[0], POLLIN, -1);
  SHOW(read(p[0], buf, sizeof buf));
  POLL(p[0], POLLIN, -1);
  SHOW(read(p[0], buf, sizeof buf));
  SHOW(read(p[0], buf, sizeof buf));
  set_nonblocking(p[0], 1);
  SHOW(read(p[0], buf, sizeof buf));

  MUST(pipe2(p, O_NONBLOCK));
  SHOW(read(p[0], buf, sizeof buf));
  MUST(close(p[1]));
  SHOW(read(p[0], buf, sizeof buf));
  return 0;
}
