// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// sigaction(2): what a handler is given, its mask, SA_NODEFER, SA_RESETHAND, SIG_IGN, errors; raise,
// kill and killpg deliver to the caller before they return.
//
// gaps: 4

#include "signals.h"

// siginterrupt(3)
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static int depth;

static void nested(int sig) {
  depth++;
  printf("handler of %s at depth %d, blocked: %d\n", sig == SIGUSR1 ? "SIGUSR1" : "SIGUSR2", depth,
         is_blocked_signal(sig));
  if (depth < 3) raise(sig);
  printf("leaves depth %d, pending: %d\n", depth, is_pending(sig));
  depth--;
}

static void once(int sig) {
  if (caught[sig]++ == 0) {
    depth = 1;
    raise(sig);
    printf("still in the handler, pending: %d\n", is_pending(sig));
  }
}

static void with_info(int sig, siginfo_t *info, void *context) {
  printf("signo %d, code %d, own pid: %d, own uid: %d, value %d, context: %d\n",
         info->si_signo == sig, info->si_code, info->si_pid == getpid(), info->si_uid == getuid(),
         info->si_code == SI_QUEUE ? info->si_value.sival_int : 0, context != NULL);
}

static void show_action(int sig) {
  struct sigaction action;
  MUST(sigaction(sig, NULL, &action));
  printf("default: %d, ignored: %d, flags %#x\n", action.sa_handler == SIG_DFL,
         action.sa_handler == SIG_IGN,
         action.sa_flags & (int)(SA_SIGINFO | SA_RESTART | SA_NODEFER | SA_RESETHAND));
}

int main(void) {
  install(SIGUSR1, once, 0);
  SHOW(raise(SIGUSR1));
  printf("caught: %d\n", caught[SIGUSR1]);
  install(SIGUSR2, nested, SA_NODEFER);
  depth = 0;
  SHOW(raise(SIGUSR2));

  struct sigaction action = {.sa_sigaction = with_info, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigemptyset(&action.sa_mask);
  SHOW(sigaction(SIGUSR1, &action, NULL));
  show_action(SIGUSR1);
  SHOW(raise(SIGUSR1));
  SHOW(kill(getpid(), SIGUSR1));
  SHOW(kill(-getpgrp(), SIGUSR1));
  SHOW(killpg(getpgrp(), SIGUSR1));
  SHOW(sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 42}));
  SHOW(pthread_kill(pthread_self(), SIGUSR1));

  install(SIGUSR1, count_signal, (int)SA_RESETHAND);
  caught[SIGUSR1] = 0;
  SHOW(raise(SIGUSR1));
  printf("caught: %d\n", caught[SIGUSR1]);
  show_action(SIGUSR1);

  CHECK(signal(SIGUSR1, SIG_IGN) == SIG_DFL);
  SHOW(raise(SIGUSR1));
  show_action(SIGUSR1);
  CHECK(signal(SIGUSR1, count_signal) == SIG_IGN);
  show_action(SIGUSR1);
  SHOW(siginterrupt(SIGUSR1, 1));
  show_action(SIGUSR1);

  SHOW(sigaction(SIGKILL, &action, NULL));
  SHOW(sigaction(SIGSTOP, NULL, &action));
  SHOW(sigaction(0, NULL, &action));
  SHOW(sigaction(65, NULL, &action));
  SHOW(kill(getpid(), 65));
  SHOW(kill(getpid(), -1));
  SHOW(kill(getpid(), 0));
  SHOW(kill(99999999, 0));
  SHOW(raise(65));
  SHOW(raise(0));
  SHOW(raise(SIGCHLD));
  SHOW(raise(SIGURG));
  SHOW(raise(SIGWINCH));
  SHOW(raise(SIGCONT));
  SHOW(pthread_kill(pthread_self(), 0));
  return 0;
}
