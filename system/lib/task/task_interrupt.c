/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Interrupts of tasks: one that is refused a wait with EINTR comes to the end of its system call
 * (core/syscall_exit.h), which uses the interrupt up.
 */
#include <emscripten/em_macros.h>
#include <errno.h>

#include "task.h"
#include "thread.h"

static bool take(void) {
  struct em_task *t = emwake_task_current();
  bool interrupted = t && t->interrupted;
  if (interrupted) {
    t->interrupted = false;
  }
  return interrupted;
}

static __attribute__((constructor)) void install(void) {
  thread_current(); /* thread.c attends to the ends of system calls */
  thread_task_interrupted = take;
}

/* JavaScript calls it too. */
EMSCRIPTEN_KEEPALIVE int emscripten_task_interrupt(em_task_t t) {
  if (t->ended) {
    return -ESRCH;
  }
  t->interrupted = true;
  emwake_task_look_again(t);
  return 0;
}
