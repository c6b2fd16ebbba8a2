// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2): hundreds of descriptors in one set, idle ones and ready ones, ready before the wait and
// only during it.
// needs: wait

#include "transcript.h"

enum { PIPES = 200 };
static int pipes[PIPES][2];

static void write_later(void *arg) {
  (void)arg;
  write(pipes[123][1], "x", 1);
}

int main(void) {
  static struct pollfd set[2 * PIPES];
  for (int i = 0; i < PIPES; i++) {
    MUST(pipe(pipes[i]));
    set[2 * i] = (struct pollfd){pipes[i][0], POLLIN, 0};
    set[2 * i + 1] = (struct pollfd){pipes[i][1], POLLOUT, 0};
  }
  SHOW(poll(set, 2 * PIPES, 0));
  for (int i = 0; i < PIPES; i++) set[2 * i + 1].events = 0;
  SHOW(poll(set, 2 * PIPES, 0));
  when_blocked(write_later, NULL);
  SHOW(poll(set, 2 * PIPES, -1));
  for (int i = 0; i < 2 * PIPES; i++) {
    if (set[i].revents) printf("entry %d: %s\n", i, event_names(set[i].revents));
  }
  for (int i = 0; i < PIPES; i += 10) MUST(write(pipes[i][1], "x", 1));
  SHOW(poll(set, 2 * PIPES, -1));
  return 0;
}
