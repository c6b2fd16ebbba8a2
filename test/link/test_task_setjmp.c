// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// setjmp by way of JavaScript, which is what emcc does by itself, cannot be suspended in tasks.
//
// flags: "-O1 -sJSPI"
// says: "compile and link with -sSUPPORT_LONGJMP=wasm"

#include <emscripten/task.h>
#include <setjmp.h>
#include <stddef.h>

static void *jump(void *arg) {
  jmp_buf buf;
  if (setjmp(buf) == 0) longjmp(buf, 1);
  return arg;
}

int main(void) {
  return emscripten_task_spawn(NULL, NULL, jump, NULL);
}
