/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Signals on Emscripten's runtime, and those of the host's process (core/host_signal.h).
 */
#define _GNU_SOURCE
#include "host_signal.h"

#include <emscripten/em_macros.h>
#include <unistd.h>

#include "emwake_js.h"
#include "signal.h"

#if EMWAKE_THREADS
#include <stdatomic.h>
#endif

pid_t host_tid(void) {
  return gettid();
}

bool host_is_helper(void) {
  return emwake_is_helper();
}

/* ---- Threads ----------------------------------------------------------------------------------------- */

#if EMWAKE_THREADS

EMSCRIPTEN_KEEPALIVE int emwake_expect_thread(pthread_t thread) {
  return thread_created(thread);
}

EMSCRIPTEN_KEEPALIVE void emwake_forget_thread(pthread_t thread) {
  thread_not_created(thread);
}

EMSCRIPTEN_KEEPALIVE void emwake_enter_thread(void) {
  thread_begin();
}

#endif

/* ---- Handlers ------------------------------------------------------------------------------------------ */

/*
 * A handler that blocks must be called directly: no stack can be suspended across JavaScript's. One
 * that was cast from another type, as old programs have it, would trap, and is called through
 * JavaScript, which minds neither.
 */
void host_call_handler(const struct sigaction *action, siginfo_t *info, ucontext_t *context) {
  bool with_info = action->sa_flags & SA_SIGINFO;
  if (!emwake_is_callable(action->sa_sigaction, with_info ? 3 : 1)) {
    emwake_call_handler(action->sa_sigaction, info->si_signo, info, context);
  } else if (with_info) {
    action->sa_sigaction(info->si_signo, info, context);
  } else {
    action->sa_handler(info->si_signo);
  }
}

/* ---- Signals of the host's process ------------------------------------------------------------------- */

/* Those that emwake_watch_signals() knows. */
#define OF_HOST                                                                                    \
  (SIGNAL_BIT(SIGHUP) | SIGNAL_BIT(SIGINT) | SIGNAL_BIT(SIGUSR1) | SIGNAL_BIT(SIGUSR2) |           \
   SIGNAL_BIT(SIGTERM) | SIGNAL_BIT(SIGWINCH))

#if EMWAKE_THREADS
static _Atomic int told;
#else
static int told;
#endif

static int watched_of_host(void) {
  return (int)(signals_watched() & OF_HOST);
}

void host_watch_signals(void) {
  if (watched_of_host() != told) {
    emwake_watch_signals();
  }
}

/* On the main thread, which has the listeners: what it is told is what holds by now. */
EMSCRIPTEN_KEEPALIVE int emwake_watched_signals(void) {
  return told = watched_of_host();
}

EMSCRIPTEN_KEEPALIVE void emwake_signal_arrived(int sig) {
  signal_send_from_host(sig);
}
