// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// exit() in a task ends the program with its status, though main waits and other tasks are about to
// run: none of them goes on.
//
// modes: jspi wasm64 pthread_jspi
// flags: -sASSERTIONS=0

#include "expect.h"
#include <emscripten/task.h>

static void on_exit_call(void) {
  puts("atexit");
}

static void *too_late(void *arg) {
  emscripten_task_yield();
  puts("a task went on after exit()");
  // clang-format off
  EM_ASM({ process.exitCode = 1; });
  // clang-format on
  return arg;
}

static void *end(void *arg) {
  (void)arg;
  exit(0);
}

int main(void) {
  int p[2];
  MUST(pipe(p));
  atexit(on_exit_call);
  EXPECT_EQ(emscripten_task_spawn(NULL, NULL, end, NULL), 0);
  EXPECT_EQ(emscripten_task_spawn(NULL, NULL, too_late, NULL), 0);
  read_byte(p[0]);
  puts("main went on after exit()");
  return 1;
}
