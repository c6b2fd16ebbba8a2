/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What threads, signals and timers need of the host (host.h), in programs that use them.
 */
#ifndef EMWAKE_CORE_HOST_SIGNAL_H
#define EMWAKE_CORE_HOST_SIGNAL_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>
#include <ucontext.h>

#include "waiter.h"

/* gettid(2) */
pid_t host_tid(void);

/* Whether the calling thread runs nothing but the event loop, for a program whose main is on another
   thread. */
bool host_is_helper(void);

/* Calls the handler of action, on the calling stack and without locks; info and context are for one
   with SA_SIGINFO. */
void host_call_handler(const struct sigaction *action, siginfo_t *info, ucontext_t *context);

/* Ends the program as the default action of sig does. */
_Noreturn void host_terminate(int sig);

/* There are timers from now on (signal_timer.h). Called before main. */
void host_timers_begin(void);

/* signals_watched() may have changed. Called without locks. */
void host_watch_signals(void);

#endif
