// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2) on a pipe: a wait for POLLOUT ends when PIPE_BUF bytes fit, not with the first byte.
// gaps: 16
// needs: wait

#include "transcript.h"

static int p[2];
static char page[65536];
static int drained;
static int done[2];

static void drain(void *arg) {
  (void)arg;
  drained += (int)read(p[0], page, 1024);
  if (drained < 4096) {
    when_blocked(drain, NULL);
  } else {
    write(done[1], "x", 1);
  }
}

int main(void) {
  char c;
  MUST(pipe2(p, O_NONBLOCK));
  MUST(pipe(done));
  MUST(write(p[1], page, sizeof page));
  when_blocked(drain, NULL);
  POLL(p[1], POLLOUT, -1);
  MUST(read(done[0], &c, 1));
  printf("drained %d\n", drained);
  SHOW(write(p[1], page, 4096));
  return 0;
}
