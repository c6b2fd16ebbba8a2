// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2): a wait on a set that names a descriptor several times wakes for all its entries.
// gaps: 11
// needs: wait

#include "transcript.h"

static int p[2];

static void write_later(void *arg) {
  (void)arg;
  write(p[1], "x", 1);
}

int main(void) {
  MUST(pipe(p));
  int again = MUST(dup(p[0]));
  struct pollfd set[4] = {
    {p[0], POLLIN, -1}, {p[0], POLLIN, -1}, {again, POLLIN, -1}, {p[0], POLLPRI, -1}};
  when_blocked(write_later, NULL);
  SHOW(poll(set, 4, -1));
  for (int i = 0; i < 4; i++) printf("set[%d]: %s\n", i, event_names(set[i].revents));
  return 0;
}
