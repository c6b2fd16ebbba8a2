// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// <emscripten/interrupt.h>: JavaScript and callbacks end the wait of main with EINTR; an interrupt that
// comes before stays until a call blocks; query and clear; no SA_RESTART restarts.
//
// modes: jspi wasm64 asyncify pthread_jspi

#include "expect.h"
#include <emscripten/interrupt.h>
#include <signal.h>

static int p[2];
static em_interruptible_t self;

static void interrupt_main(void *arg) {
  (void)arg;
  EXPECT_EQ(emscripten_interrupt(self), 0);
}

static void read_is_interrupted(void) {
  char byte;
  errno = 0;
  EXPECT_EQ(read(p[0], &byte, 1), -1);
  EXPECT_EQ(errno, EINTR);
  EXPECT(!emscripten_interrupt_pending());
}

int main(void) {
  char byte;
  struct pollfd in;
  MUST(pipe(p));
  in = (struct pollfd){p[0], POLLIN, 0};
  self = emscripten_interruptible_self();
  EXPECT(self > 0);
  EXPECT(!emscripten_interrupt_pending());

  emscripten_async_call(interrupt_main, NULL, 10);
  read_is_interrupted();
  // clang-format off
  EM_ASM({
    setTimeout(() => Module._emscripten_interrupt($0), 10);
  }, self);
  // clang-format on
  read_is_interrupted();

  // Before the wait: the call that need not wait does not have it.
  EXPECT_EQ(emscripten_interrupt(self), 0);
  EXPECT_EQ(emscripten_interrupt(self), 0);
  EXPECT(emscripten_interrupt_pending());
  MUST(write(p[1], "x", 1));
  EXPECT_EQ(read(p[0], &byte, 1), 1);
  EXPECT(emscripten_interrupt_pending());
  errno = 0;
  EXPECT_EQ(poll(&in, 1, -1), -1);
  EXPECT_EQ(errno, EINTR);
  EXPECT_EQ(poll(&in, 1, 10), 0);

  interrupt_main(NULL);
  EXPECT(emscripten_interrupt_clear());
  EXPECT(!emscripten_interrupt_clear());
  EXPECT_EQ(poll(&in, 1, 10), 0);

  signal(SIGUSR1, SIG_IGN);
  interrupt_main(NULL);
  read_is_interrupted();
  EXPECT_EQ(emscripten_interrupt(self + 1000), -ESRCH);
  EXPECT_EQ(emscripten_interrupt(0), -ESRCH);
  return status_of_test();
}
