// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe(7): closing the last writer ends a read that waits, with 0; closing one of two does not.
// gaps: 17 18
// needs: wait

#include "transcript.h"

static int p[2], second;

static void close_second(void *arg) {
  (void)arg;
  close(second);
}

static void write_second(void *arg) {
  (void)arg;
  write(second, "still here", 10);
}

static void close_first(void *arg) {
  (void)arg;
  close(p[1]);
  when_blocked(write_second, NULL);
}

int main(void) {
  char buf[16];
  MUST(pipe(p));
  second = MUST(dup(p[1]));
  when_blocked(close_first, NULL);
  SHOW(read(p[0], buf, sizeof buf));
  when_blocked(close_second, NULL);
  SHOW(read(p[0], buf, sizeof buf));
  POLL(p[0], POLLIN, 0);
  return 0;
}
