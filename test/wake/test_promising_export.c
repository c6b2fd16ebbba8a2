// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A promising export of the program's own (-sJSPI_EXPORTS): JavaScript calls it, it blocks, and its
// promise has the result. Once main has returned, one call after the other; and one that blocks and
// ends while main is suspended.
//
// modes: jspi pthread_jspi
// flags: -sJSPI_EXPORTS=blocks -sEXPORTED_FUNCTIONS=_main,_blocks,_made_ready,_all_done

#include "expect.h"

static int p[2], q[2];

static unsigned use_stack(int depth) {
  volatile unsigned words[64];
  for (int i = 0; i < 64; i++) words[i] = (unsigned)(depth * 64 + i);
  struct pollfd in = {p[0], POLLIN, 0};
  unsigned below = 0;
  if (depth > 0) {
    below = use_stack(depth - 1);
  } else {
    EXPECT_EQ(poll(&in, 1, SOON), 1);
    EXPECT_EQ(read_byte(p[0]), 1);
    EXPECT_EQ(poll(&in, 1, 1), 0);
  }
  for (int i = 0; i < 64; i++) EXPECT_EQ(words[i], (unsigned)(depth * 64 + i));
  return below + words[1];
}

EMSCRIPTEN_KEEPALIVE int blocks(int depth) {
  return (int)use_stack(depth);
}

EMSCRIPTEN_KEEPALIVE void made_ready(void) {
  write_byte(p[1]);
}

EMSCRIPTEN_KEEPALIVE void all_done(int wrong) {
  EXPECT_EQ(wrong, 0);
  finish();
}

static int expected(int depth) {
  int sum = 0;
  for (int i = 0; i <= depth; i++) sum += i * 64 + 1;
  return sum;
}

static void wake_main(void) {
  write_byte(q[1]);
}

// clang-format off
EM_JS(void, js_call_during_main, (int want, step wake), {
  setTimeout(async () => {
    setTimeout(_made_ready, 1);
    globalThis.during = await _blocks(5) === want;
    getWasmTableEntry(wake)();
  }, 0);
});

EM_JS(void, js_call_after_main, (int want), {
  runtimeKeepalivePush();
  setTimeout(async () => {
    var wrong = globalThis.during ? 0 : 1;
    for (var i = 0; i < 3; i++) {
      setTimeout(_made_ready, 1);
      if (await _blocks(5) !== want) wrong++;
    }
    callUserCallback(() => _all_done(wrong));
  }, 0);
});

EM_JS_DEPS(promising_export, "$callUserCallback,$getWasmTableEntry,$runtimeKeepalivePush");
// clang-format on

int main(void) {
  volatile unsigned words[256];
  for (int i = 0; i < 256; i++) words[i] = 0xabcd0000u + (unsigned)i;
  MUST(pipe(p));
  MUST(pipe(q));
  // Main suspends first and is resumed last: the stacks are nested.
  js_call_during_main(expected(5), wake_main);
  EXPECT_EQ(read_byte(q[0]), 1);
  for (int i = 0; i < 256; i++) EXPECT_EQ(words[i], 0xabcd0000u + (unsigned)i);
  js_call_after_main(expected(5));
  return status_of_test();
}
