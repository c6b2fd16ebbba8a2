// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2), select(2): a timeout that passes gives 0, never early; a descriptor that is ready in
// time ends the wait before it. A wait shorter than a millisecond is a wait.
// gaps: 7
// needs: wait

#include "transcript.h"
#include <sys/select.h>
#include <time.h>

static int p[2];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void write_later(void *arg) {
  (void)arg;
  write(p[1], "x", 1);
}

// Clocks of browsers are rounded; this much is no early return.
#define SLACK 0.2

int main(void) {
  MUST(pipe(p));
  double start = now();
  POLL(p[0], POLLIN, 50);
  CHECK(now() - start >= 50 - SLACK);

  struct pollfd set = {p[0], POLLIN, -1};
  start = now();
  SHOW(ppoll(&set, 1, &(struct timespec){0, 600000}, NULL));
  CHECK(now() - start >= 0.6 - SLACK);
  start = now();
  SHOW(ppoll(&set, 1, &(struct timespec){0, 20700000}, NULL));
  CHECK(now() - start >= 20.7 - SLACK);

  fd_set r;
  FD_ZERO(&r);
  FD_SET(p[0], &r);
  start = now();
  SHOW(select(p[0] + 1, &r, NULL, NULL, &(struct timeval){0, 700}));
  CHECK(now() - start >= 0.7 - SLACK);
  CHECK(FD_ISSET(p[0], &r));
  start = now();
  SHOW(select(0, NULL, NULL, NULL, &(struct timeval){0, 30000}));
  CHECK(now() - start >= 30 - SLACK);

  start = now();
  when_blocked(write_later, NULL);
  POLL(p[0], POLLIN, 20000);
  CHECK(now() - start < 20000);
  return 0;
}
