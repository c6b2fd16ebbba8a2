/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The signal mask of sigsetjmp and siglongjmp (include/setjmp.h). In a program without signals there
 * is none.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>

#include "syscall_exit.h"

/* As musl's sigsetjmp, the buffer has a flag and a set beside the registers. */
void emwake_sigsetjmp_save(sigjmp_buf env, int savemask) {
  env->__fl = savemask && signal_mask_hook;
  if (env->__fl) {
    signal_mask_hook(SIG_SETMASK, NULL, (sigset_t *)env->__ss);
  }
}

void emwake_sigsetjmp_restore(sigjmp_buf env) {
  if (env->__fl) {
    signal_mask_hook(SIG_SETMASK, (const sigset_t *)env->__ss, NULL);
    syscall_exit();
  }
}
