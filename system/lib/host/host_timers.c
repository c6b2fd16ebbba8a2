/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Timers that send signals, while the main thread holds the event loop: Emscripten's futex asks these
 * two functions how long it may sleep, and lets timers run, wherever main waits (a mutex, a condition,
 * pthread_join).
 */
#include "host_signal.h"

#if EMWAKE_THREADS

#include <math.h>

#include "host.h"
#include "proxy.h"
#include "signal_timer.h"
#include "syscall_exit.h"

double _emscripten_next_timer(void) {
  deadline_t next = emwake_proxying ? DEADLINE_NONE : process_timers_next();
  return next == DEADLINE_NONE ? INFINITY : (double)(next - host_now()) / 1e6;
}

bool _emscripten_check_timers(double now) {
  (void)now;
  if (emwake_proxying || process_timers_next() > host_now()) {
    return false;
  }
  process_timers_fire();
  syscall_exit();
  return true;
}

#endif

void host_timers_begin(void) {
}
