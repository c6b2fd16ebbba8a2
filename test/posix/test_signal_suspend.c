// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pause(2) and sigsuspend(2) wait for a handler to run, and fail with EINTR; the mask of sigsuspend is in
// force while it waits and while the handler runs, and the old one is put back.
//
// gaps: 4
// needs: wait

#include "signals.h"

static void show(int sig) {
  printf("handler of %d; SIGUSR1 blocked: %d, SIGUSR2 blocked: %d\n", sig,
         is_blocked_signal(SIGUSR1), is_blocked_signal(SIGUSR2));
}

static void ignored_then(void *arg) {
  kill_process((void *)(intptr_t)SIGCHLD);
  when_blocked(kill_process, arg);
}

int main(void) {
  install(SIGUSR1, show, SA_RESTART);
  install(SIGUSR2, show, 0);
  kill_when_blocked(SIGUSR1);
  SHOW(pause());
  when_blocked(ignored_then, (void *)(intptr_t)SIGUSR2);
  SHOW(pause());

  block(SIGUSR1);
  sigset_t other = set_of(SIGUSR2, 0), none = set_of(0, 0);
  kill_when_blocked(SIGUSR1);
  SHOW(sigsuspend(&other));
  CHECK(is_blocked_signal(SIGUSR1));
  CHECK(is_blocked_signal(SIGUSR2));

  // One that is pending ends it at once.
  raise(SIGUSR1);
  SHOW(sigsuspend(&none));
  CHECK(is_pending(SIGUSR1));

  // One that is pending under both masks runs when the call is over.
  block(SIGUSR1);
  raise(SIGUSR1);
  kill_when_blocked(SIGUSR2);
  sigset_t first = set_of(SIGUSR1, 0);
  SHOW(sigsuspend(&first));
  CHECK(is_pending(SIGUSR1));
  unblock(SIGUSR1);
  return 0;
}
