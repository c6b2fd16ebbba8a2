// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2): a wait on several descriptors ends with the first that becomes ready, and reports all
// that are; what happens to the others later does no harm.
// needs: wait

#include "transcript.h"

enum { PIPES = 8 };
static int pipes[PIPES][2];

static void write_one(void *index) {
  write(pipes[*(int *)index][1], "x", 1);
}

static void write_two(void *arg) {
  (void)arg;
  write(pipes[2][1], "x", 1);
  write(pipes[5][1], "x", 1);
}

static int wait_for_one(void) {
  struct pollfd set[PIPES];
  for (int i = 0; i < PIPES; i++) set[i] = (struct pollfd){pipes[i][0], POLLIN, -1};
  int n = poll(set, PIPES, -1);
  char c;
  for (int i = 0; i < PIPES; i++) {
    if (set[i].revents) {
      printf("pipe %d: %s\n", i, event_names(set[i].revents));
      MUST(read(pipes[i][0], &c, 1));
    }
  }
  return n;
}

int main(void) {
  for (int i = 0; i < PIPES; i++) MUST(pipe(pipes[i]));
  for (int i = 0; i < PIPES; i += 3) {
    when_blocked(write_one, &i);
    SHOW(wait_for_one());
  }
  write_two(NULL);
  SHOW(wait_for_one());
  return 0;
}
