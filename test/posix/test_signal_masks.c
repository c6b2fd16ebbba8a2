// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// sigprocmask(2), sigpending(2), signal(7): a signal that is blocked is pending until it is unblocked; a
// standard signal once, a real-time signal as often as it was queued, in order; the order in which
// handlers run; what is ignored is forgotten.
//
// gaps: 4

#include "signals.h"

static void show(int sig) {
  printf("handler of %d\n", sig);
}

static void show_value(int sig, siginfo_t *info, void *context) {
  (void)context;
  printf("SIGRTMIN+%d, value %d\n", sig - SIGRTMIN, info->si_value.sival_int);
}

static void show_and_raise(int sig) {
  printf("handler of %d begins\n", sig);
  raise(SIGUSR2);
  printf("handler of %d ends\n", sig);
}

static void queue(int sig, int value) {
  MUST(sigqueue(getpid(), sig, (union sigval){.sival_int = value}));
}

int main(void) {
  sigset_t both = set_of(SIGUSR1, SIGUSR2), none = set_of(0, 0), old;
  install(SIGUSR1, show, 0);
  install(SIGUSR2, show, 0);
  SHOW(sigprocmask(SIG_BLOCK, &both, &old));
  CHECK(sigismember(&old, SIGUSR1));
  raise(SIGUSR1);
  raise(SIGUSR1);
  kill(getpid(), SIGUSR2);
  CHECK(is_pending(SIGUSR1));
  CHECK(is_pending(SIGUSR2));
  SHOW(sigprocmask(SIG_SETMASK, &none, NULL));
  CHECK(is_pending(SIGUSR1));

  // A handler that masks the other one.
  struct sigaction action = {.sa_handler = show, .sa_mask = both};
  MUST(sigaction(SIGUSR1, &action, NULL));
  SHOW(sigprocmask(SIG_BLOCK, &both, NULL));
  raise(SIGUSR2);
  raise(SIGUSR1);
  SHOW(sigprocmask(SIG_UNBLOCK, &both, NULL));
  action.sa_handler = show_and_raise;
  MUST(sigaction(SIGUSR1, &action, NULL));
  raise(SIGUSR1);

  // Of real-time signals all are kept.
  struct sigaction with_info = {.sa_sigaction = show_value, .sa_flags = SA_SIGINFO};
  sigset_t real_time = set_of(SIGRTMIN + 1, SIGRTMIN + 2);
  with_info.sa_mask = real_time;
  MUST(sigaction(SIGRTMIN + 1, &with_info, NULL));
  MUST(sigaction(SIGRTMIN + 2, &with_info, NULL));
  MUST(sigprocmask(SIG_BLOCK, &real_time, NULL));
  queue(SIGRTMIN + 2, 1);
  queue(SIGRTMIN + 1, 2);
  queue(SIGRTMIN + 2, 3);
  queue(SIGRTMIN + 1, 4);
  MUST(sigprocmask(SIG_UNBLOCK, &real_time, NULL));

  // Ignored while pending; ignored by default, and pending all the same.
  block(SIGUSR1);
  raise(SIGUSR1);
  signal(SIGUSR1, SIG_IGN);
  CHECK(is_pending(SIGUSR1));
  raise(SIGUSR1);
  CHECK(is_pending(SIGUSR1));
  install(SIGUSR1, show, 0);
  unblock(SIGUSR1);
  block(SIGCHLD);
  raise(SIGCHLD);
  CHECK(is_pending(SIGCHLD));
  install(SIGCHLD, show, 0);
  unblock(SIGCHLD);

  // Some cannot be blocked.
  sigset_t all;
  sigfillset(&all);
  MUST(sigprocmask(SIG_SETMASK, &all, NULL));
  CHECK(is_blocked_signal(SIGKILL));
  CHECK(is_blocked_signal(SIGSTOP));
  CHECK(is_blocked_signal(SIGTERM));
  SHOW(sigprocmask(7, &all, NULL));
  SHOW(sigprocmask(7, NULL, &old));
  return 0;
}
