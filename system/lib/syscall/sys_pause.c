/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * pause(2) and sigsuspend(2).
 */
#include <signal.h>
#include <unistd.h>

#include "result.h"
#include "signal.h"
#include "signal_mask.h"
#include "syscall_exit.h"

static int pause_with(const sigset_t *mask) {
  struct mask_to_restore m;
  ssize_t r;
  do {
    signal_mask_during_call(mask, &m);
    r = signal_pause();
  } while (syscall_restarts_unhandled(&r, &m));
  return result((int)r);
}

int pause(void) {
  return pause_with(NULL);
}

int sigsuspend(const sigset_t *mask) {
  return pause_with(mask);
}
