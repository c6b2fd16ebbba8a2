// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// signal(7): a signal of the process that main blocks is for a thread that does not, also if that
// unblocks it later; one that waits in sigwait gets it, and the others go on sleeping.
//
// gaps: 4
// needs: threads wait

#include "signals.h"

static int ready[2], never[2];

static void *wait_for_usr1(void *arg) {
  sigset_t set = set_of(SIGUSR1, 0);
  int sig = 0;
  (void)arg;
  write(ready[1], "r", 1);
  int r = sigwait(&set, &sig);
  printf("sigwait: %d, SIGUSR1: %d\n", r, sig == SIGUSR1);
  write(ready[1], "d", 1);
  return NULL;
}

static void *unblock_usr2(void *arg) {
  (void)arg;
  char byte;
  unblock(SIGUSR2);
  printf("caught in the thread: %d\n", caught[SIGUSR2]);
  write(ready[1], "r", 1);
  SHOW_AS("read in the thread", read(never[0], &byte, 1));
  printf("caught in the thread: %d\n", caught[SIGUSR2]);
  write(ready[1], "d", 1);
  return NULL;
}

static void await_ready(void) {
  char byte;
  SHOW_AS("read in main", read(ready[0], &byte, 1));
}

int main(void) {
  pthread_t thread;
  MUST(pipe(ready));
  MUST(pipe(never));
  install(SIGUSR1, count_signal, 0);
  install(SIGUSR2, count_signal, 0);
  block(SIGUSR1);
  block(SIGUSR2);

  MUST(pthread_create(&thread, NULL, wait_for_usr1, NULL));
  await_ready();
  kill_when_blocked(SIGUSR1);
  await_ready();
  pthread_join(thread, NULL);
  printf("caught: %d\n", caught[SIGUSR1]);

  kill(getpid(), SIGUSR2);
  CHECK(is_pending(SIGUSR2));
  MUST(pthread_create(&thread, NULL, unblock_usr2, NULL));
  await_ready();
  CHECK(is_pending(SIGUSR2));
  kill_when_blocked(SIGUSR2);
  await_ready();
  pthread_join(thread, NULL);
  return 0;
}
