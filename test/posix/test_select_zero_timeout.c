// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// select(2), poll(2): a zero timeout answers at once, wherever the call is made from: also from an
// event handler that runs while main is blocked.
// gaps: 5
// needs: wait

#include "transcript.h"
#include <sys/select.h>
#include <time.h>

static int p[2], done[2];

static void look(void) {
  fd_set r, w;
  FD_ZERO(&r);
  FD_ZERO(&w);
  FD_SET(p[0], &r);
  FD_SET(p[1], &w);
  int nfds = p[1] + 1;
  SHOW(select(nfds, &r, &w, NULL, &(struct timeval){0, 0}));
  printf("readable %d, writable %d\n", !!FD_ISSET(p[0], &r), !!FD_ISSET(p[1], &w));
  FD_SET(p[0], &r);
  SHOW(pselect(nfds, &r, NULL, NULL, &(struct timespec){0, 0}, NULL));
  POLL(p[0], POLLIN, 0);
}

static void look_from_outside(void *arg) {
  (void)arg;
  look();
  write(p[1], "x", 1);
  look();
  write(done[1], "x", 1);
}

int main(void) {
  char c;
  MUST(pipe(p));
  MUST(pipe(done));
  printf("from main\n");
  look();
  printf("from outside\n");
  when_blocked(look_from_outside, NULL);
  POLL(done[0], POLLIN, -1);
  MUST(read(done[0], &c, 1));
  printf("from main\n");
  look();
  return 0;
}
