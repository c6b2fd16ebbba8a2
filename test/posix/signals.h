// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What the tests of signals share: sets, a handler that counts, and sending to the process once the
// caller has blocked.

#ifndef EMWAKE_TEST_SIGNALS_H
#define EMWAKE_TEST_SIGNALS_H

#include "transcript.h"
#include <signal.h>
#include <stdint.h>

static volatile int caught[65];

static UNUSED void count_signal(int sig) {
  caught[sig]++;
}

static UNUSED void install(int sig, void (*handler)(int), int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigemptyset(&action.sa_mask);
  MUST(sigaction(sig, &action, NULL));
}

// A set of one or two signals; 0 for none.
static UNUSED sigset_t set_of(int a, int b) {
  sigset_t set;
  sigemptyset(&set);
  if (a) sigaddset(&set, a);
  if (b) sigaddset(&set, b);
  return set;
}

static UNUSED void block(int sig) {
  sigset_t set = set_of(sig, 0);
  MUST(sigprocmask(SIG_BLOCK, &set, NULL));
}

static UNUSED void unblock(int sig) {
  sigset_t set = set_of(sig, 0);
  MUST(sigprocmask(SIG_UNBLOCK, &set, NULL));
}

static UNUSED int is_blocked_signal(int sig) {
  sigset_t set;
  sigprocmask(SIG_BLOCK, NULL, &set);
  return sigismember(&set, sig);
}

static UNUSED int is_pending(int sig) {
  sigset_t set;
  sigpending(&set);
  return sigismember(&set, sig);
}

// An action: sends the process the signal whose number arg is. Its own thread, which ends with it, does
// not take the signal.
static UNUSED void kill_process(void *arg) {
#if !defined(__EMSCRIPTEN__) || defined(__EMSCRIPTEN_PTHREADS__)
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, NULL);
#endif
  kill(getpid(), (int)(intptr_t)arg);
}

static UNUSED void kill_when_blocked(int sig) {
  when_blocked(kill_process, (void *)(intptr_t)sig);
}

#endif
