// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// sigsetjmp(3): a handler may leave by siglongjmp, which puts the signal mask back if it was saved, and
// leaves it with the signal blocked if it was not.
//
// gaps: 4

#include "signals.h"
#include <setjmp.h>

static sigjmp_buf out;

static void leave(int sig) {
  siglongjmp(out, sig);
}

int main(void) {
  block(SIGUSR2);
  install(SIGUSR1, leave, 0);
  if (!sigsetjmp(out, 0)) {
    raise(SIGUSR1);
  }
  printf("without the mask: SIGUSR1 blocked: %d\n", is_blocked_signal(SIGUSR1));
  unblock(SIGUSR1);
  if (!sigsetjmp(out, 1)) {
    unblock(SIGUSR2);
    raise(SIGUSR1);
  }
  printf("with the mask: SIGUSR1 blocked: %d, SIGUSR2 blocked: %d\n", is_blocked_signal(SIGUSR1),
         is_blocked_signal(SIGUSR2));
  return 0;
}
