// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// write(2) on a pipe: when the last reader leaves while a write waits, the write gives what it had
// written so far, or EPIPE with SIGPIPE if that is nothing.
// gaps: 17 18
// needs: wait

#include "transcript.h"
#include <signal.h>

static volatile int signals;
static int p[2];
static char page[100000];

static void count(int sig) {
  (void)sig;
  signals++;
}

static void close_reader(void *arg) {
  (void)arg;
  close(p[0]);
}

int main(void) {
  signal(SIGPIPE, count);
  MUST(pipe(p));
  MUST(write(p[1], page, 65536));
  when_blocked(close_reader, NULL);
  SHOW(write(p[1], page, 100));
  printf("signals: %d\n", signals);
  MUST(close(p[1]));

  MUST(pipe(p));
  when_blocked(close_reader, NULL);
  SHOW(write(p[1], page, sizeof page));
  CHECK(signals >= 1);
  return 0;
}
