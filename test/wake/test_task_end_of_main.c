// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The end of main is the end of the program, whatever its tasks are waiting for, or about to do.
//
// modes: jspi wasm64 pthread_jspi

#include "expect.h"
#include <emscripten/task.h>

static int p[2];

static void *too_late(void *arg) {
  read_byte(p[0]);
  puts("a task went on after the end of main");
  // clang-format off
  EM_ASM({ process.exitCode = 1; });
  // clang-format on
  return arg;
}

static void *sleep_long(void *arg) {
  emscripten_task_sleep(60000);
  return arg;
}

int main(void) {
  MUST(pipe(p));
  EXPECT_EQ(emscripten_task_spawn(NULL, NULL, too_late, NULL), 0);
  EXPECT_EQ(emscripten_task_spawn(NULL, NULL, sleep_long, NULL), 0);
  EXPECT_EQ(emscripten_task_sleep(5), 0);
  write_byte(p[1]);
  return status_of_test();
}
