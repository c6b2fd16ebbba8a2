// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// When main has returned, handlers run from the event loop: of Node's signals, of an alarm, and of
// another callback's kill. There a handler may make every call that does not block.
//
// modes: plain jspi asyncify pthread pthread_jspi

#include "expect.h"
#include <emscripten/eventloop.h>
#include <signal.h>

static volatile int caught[65];
static int p[2];

static void send_next(void) {
  if (caught[SIGTERM] && caught[SIGALRM]) {
    EXPECT_EQ(kill(getpid(), SIGUSR1), 0);
    EXPECT_EQ(caught[SIGUSR1], 1);
    finish();
  }
}

static void handler(int sig) {
  char byte = 0;
  struct pollfd in = {p[0], POLLIN, 0};
  caught[sig]++;
  EXPECT_EQ(write(p[1], "x", 1), 1);
  EXPECT_EQ(poll(&in, 1, -1), 1);
  EXPECT_EQ(read(p[0], &byte, 1), 1);
  if (sig != SIGUSR1) {
    send_next();
  }
}

int main(void) {
  MUST(pipe(p));
  signal(SIGTERM, handler);
  signal(SIGALRM, handler);
  signal(SIGUSR1, handler);
  ualarm(10000, 0);
  // clang-format off
  EM_ASM({
    setTimeout(() => process.kill(process.pid, 'SIGTERM'), 10);
  });
  // clang-format on
  emscripten_runtime_keepalive_push();
  return 0;
}
