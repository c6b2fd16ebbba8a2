// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Handlers of Node's signals keep nothing alive: when main has returned and nothing is left to do, the
// process ends.
//
// flags: -sEXIT_RUNTIME=0
// modes: plain jspi asyncify

#include <signal.h>
#include <stdio.h>

static void handler(int sig) {
  printf("caught %d\n", sig);
}

int main(void) {
  signal(SIGINT, handler);
  signal(SIGTERM, handler);
  printf("main returns\n");
  return 0;
}
