// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A handler leaves a blocked call by siglongjmp, so that the call has a time limit: what it held is free
// again. (With JSPI, setjmp needs wasm's own exceptions for its caller to be suspended.)
//
// gaps: 4
// needs: wait threads
// flags: -sSUPPORT_LONGJMP=wasm

#include "signals.h"
#include <setjmp.h>
#include <sys/time.h>

static sigjmp_buf out;
static int p[2];

static void leave(int sig) {
  siglongjmp(out, sig);
}

static void read_with_limit(void) {
  struct itimerval value = {.it_value = {0, 20000}};
  char byte;
  int sig = sigsetjmp(out, 1);
  if (sig) {
    printf("left by SIGALRM: %d, still blocked: %d\n", sig == SIGALRM, is_blocked_signal(SIGALRM));
    return;
  }
  MUST(setitimer(ITIMER_REAL, &value, NULL));
  SHOW(read(p[0], &byte, 1));
}

int main(void) {
  MUST(pipe(p));
  install(SIGALRM, leave, SA_RESTART);
  for (int i = 0; i < 3; i++) {
    read_with_limit();
  }

  MUST(write(p[1], "x", 1));
  POLL(p[0], POLLIN, 0);
  char byte;
  SHOW(read(p[0], &byte, 1));
  MUST(close(p[1]));
  SHOW(read(p[0], &byte, 1));

  return 0;
}
