// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2): a wait ends when the descriptor becomes ready: by a write, by a read that makes room,
// by the last writer's close (POLLHUP) and by the last reader's (POLLERR).
// needs: wait

#include "transcript.h"

static int p[2];
static char page[65536];

static void do_write(void *arg) {
  (void)arg;
  write(p[1], "x", 1);
}

static void do_drain(void *arg) {
  (void)arg;
  read(p[0], page, sizeof page);
}

static void do_close(void *end) {
  close(*(int *)end);
}

int main(void) {
  MUST(pipe(p));
  when_blocked(do_write, NULL);
  POLL(p[0], POLLIN, -1);
  when_blocked(do_drain, NULL);
  MUST(write(p[1], page, sizeof page - 1));
  POLL(p[1], POLLOUT, -1);
  when_blocked(do_close, &p[1]);
  POLL(p[0], POLLIN, -1);
  SHOW(read(p[0], page, 1));

  MUST(close(p[0]));
  MUST(pipe(p));
  MUST(write(p[1], page, sizeof page));
  when_blocked(do_close, &p[0]);
  POLL(p[1], POLLOUT, -1);

  MUST(close(p[1]));
  MUST(pipe(p));
  when_blocked(do_close, &p[1]);
  POLL(p[0], 0, -1);
  return 0;
}
