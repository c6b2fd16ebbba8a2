// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A handler makes system calls of its own, also ones that block, and is interrupted in them; the call
// that it interrupted goes on afterwards.
//
// needs: wait

#include "signals.h"

static int p[2], q[2];

static void write_q(void *arg) {
  (void)arg;
  write(q[1], "q", 1);
}

static void write_p(void *arg) {
  (void)arg;
  write(p[1], "p", 1);
}

static void kill_then_write(void *arg) {
  kill_process((void *)(intptr_t)SIGUSR2);
  when_blocked(write_q, arg);
}

static void reads(int sig) {
  char byte = '?';
  printf("handler of SIGUSR1: %d\n", sig == SIGUSR1);
  when_blocked(kill_then_write, NULL);
  SHOW(read(q[0], &byte, 1));
  SHOW(read(q[0], &byte, 1));
  printf("read %c\n", byte);
  when_blocked(write_p, NULL);
}

int main(void) {
  char byte = '?';
  MUST(pipe(p));
  MUST(pipe(q));
  install(SIGUSR1, reads, SA_RESTART);
  install(SIGUSR2, count_signal, 0);
  kill_when_blocked(SIGUSR1);
  SHOW(read(p[0], &byte, 1));
  printf("read %c, caught: %d\n", byte, caught[SIGUSR2]);
  return 0;
}
