// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A task that needs more shadow stack than it was given stops the program with its name, when it
// waits, before anybody else runs.
//
// modes: jspi wasm64
// flags: -sASSERTIONS=0

#include "expect.h"
#include <emscripten/task.h>

static unsigned dive(unsigned depth) {
  volatile unsigned words[256];
  for (unsigned i = 0; i < 256; i++) words[i] = depth + i;
  unsigned below = depth ? dive(depth - 1) : (unsigned)emscripten_task_yield();
  return below + words[depth % 256];
}

static void *small(void *arg) {
  dive(3);
  dive(6);
  return arg;
}

static void *other(void *arg) {
  emscripten_task_yield();
  emscripten_task_yield();
  // clang-format off
  EM_ASM({ globalThis.otherRan = true; });
  // clang-format on
  return arg;
}

int main(void) {
  int p[2];
  MUST(pipe(p));
  // clang-format off
  EM_ASM({
    var said = [];
    err = (text) => said.push(String(text));
    process.once('uncaughtException', (error) => {
      var text = String(error);
      var ok = text.includes('stack overflow in gourmet') && said.join().includes('gourmet') && ABORT &&
        !globalThis.otherRan;
      process.exitCode = ok ? 0 : 1;
      if (!ok) console.log(error, said);
    });
  });
  // clang-format on
  em_task_attr_t attr = {.stack_size = 5000, .name = "gourmet"};
  EXPECT_EQ(emscripten_task_spawn(NULL, &attr, small, NULL), 0);
  EXPECT_EQ(emscripten_task_spawn(NULL, NULL, other, NULL), 0);
  read_byte(p[0]);
  return 1;
}
