/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * raise(3). Apart from the rest of signals: libc has a reference to it even where nothing calls it.
 * In a program that calls no other function of <signal.h>, no action but the default one can be.
 */
#include <errno.h>
#include <signal.h>

#include "host_signal.h"
#include "result.h"
#include "signal_queue.h"
#include "syscall_exit.h"

static int act_by_default(int sig) {
  if (sig < 0 || sig > SIGNALS) {
    return -EINVAL;
  }
  if (sig && !signal_is_ignored_by_default(sig)) {
    host_terminate(sig);
  }
  return 0;
}

int raise(int sig) {
  int r = signal_raise_hook ? signal_raise_hook(sig, SI_TKILL) : act_by_default(sig);
  syscall_exit();
  return result(r);
}
