// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// ppoll(2), pselect(2): a signal mask changes nothing about readiness, and is put back.

#include "transcript.h"
#include <signal.h>
#include <sys/select.h>
#include <time.h>

int main(void) {
  int p[2];
  MUST(pipe(p));
  MUST(write(p[1], "x", 1));
  sigset_t mask, after;
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  struct pollfd set = {p[0], POLLIN, -1};
  SHOW(ppoll(&set, 1, NULL, &mask));
  SHOW(ppoll(&set, 1, &(struct timespec){0, 0}, &mask));
  fd_set r;
  FD_ZERO(&r);
  FD_SET(p[0], &r);
  SHOW(pselect(p[0] + 1, &r, NULL, NULL, NULL, &mask));
  sigprocmask(SIG_SETMASK, NULL, &after);
  CHECK(sigismember(&after, SIGUSR1));
  return 0;
}
