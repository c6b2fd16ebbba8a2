// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// sigwait(3), sigwaitinfo(2), sigtimedwait(2): take a pending signal, wait for one, end at a time-out,
// and with EINTR after the handler of another signal, also one with SA_RESTART.
//
// gaps: 4
// needs: wait

#include "signals.h"
#include <time.h>

static void show_info(const siginfo_t *info) {
  printf("signo %d, code %d, own pid: %d\n", info->si_signo, info->si_code,
         info->si_pid == getpid());
}

int main(void) {
  siginfo_t info;
  int sig = 0;
  sigset_t set = set_of(SIGUSR1, SIGUSR2);
  struct timespec now = {0, 0}, moment = {0, 20000000}, bad = {0, 1000000000};
  install(SIGUSR1, count_signal, 0);
  install(SIGALRM, count_signal, SA_RESTART);
  block(SIGUSR1);
  block(SIGUSR2);

  SHOW(sigtimedwait(&set, &info, &now));
  SHOW(sigtimedwait(&set, &info, &moment));
  SHOW(sigtimedwait(&set, &info, &bad));
  kill(getpid(), SIGUSR2);
  kill(getpid(), SIGUSR1);
  SHOW(sigtimedwait(&set, &info, &now));
  show_info(&info);
  SHOW(sigwaitinfo(&set, &info));
  show_info(&info);

  kill_when_blocked(SIGUSR1);
  SHOW(sigwaitinfo(&set, &info));
  show_info(&info);
  kill_when_blocked(SIGUSR2);
  SHOW(sigtimedwait(&set, NULL, &(struct timespec){SOON / 1000, 0}));
  kill_when_blocked(SIGUSR2);
  SHOW(sigwait(&set, &sig));
  CHECK(sig == SIGUSR2);

  kill_when_blocked(SIGALRM);
  SHOW(sigwaitinfo(&set, &info));
  printf("caught: %d\n", caught[SIGALRM]);
  kill_when_blocked(SIGALRM);
  SHOW(sigtimedwait(&set, &info, &(struct timespec){SOON / 1000, 0}));
  printf("caught: %d\n", caught[SIGALRM]);
  printf("caught: %d\n", caught[SIGUSR1]);

  // It is blocked as before, and one that is not in the set stays pending.
  CHECK(is_blocked_signal(SIGUSR1));
  sigset_t first = set_of(SIGUSR1, 0);
  raise(SIGUSR2);
  SHOW(sigtimedwait(&first, &info, &now));
  CHECK(is_pending(SIGUSR2));

  // An ignored signal is not waited for in vain while it is blocked.
  signal(SIGUSR1, SIG_IGN);
  kill_when_blocked(SIGUSR1);
  SHOW(sigwaitinfo(&first, &info));
  return 0;
}
