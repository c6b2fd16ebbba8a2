// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Many calls of promising exports are suspended at once, and resume in an order that has nothing to
// do with that of their calls: each has a shadow stack and an errno of its own, whatever it suspends
// in, and so have main and the callbacks that run meanwhile. When no wasm frame is on the JavaScript
// stack, the stack pointer is the event loop's.
//
// modes: jspi wasm64 pthread_jspi
// flags: -sJSPI_EXPORTS=work,quick -sEXPORTED_FUNCTIONS=_main,_work,_quick,_wake_some
// flags: -sEXPORTED_RUNTIME_METHODS=stackSave -sSTACK_OVERFLOW_CHECK=2

#include "expect.h"
#include <emscripten/stack.h>

#define CALLS 60
#define PIPES 8
#define WORDS 40

static int pipes[PIPES][2];
static int done, most, now_inside;

// clang-format off
EM_ASYNC_JS(int, js_later, (int value), {
  await new Promise((resolve) => setTimeout(resolve, value & 3));
  return value;
});

EM_JS(void, js_begin, (int calls), {
  globalThis.loopStack = null;
  globalThis.checkStack = () => {
    if (loopStack !== null && loopStack !== stackSave()) globalThis.wrong = true;
    loopStack = stackSave();
  };
  globalThis.ticks = setInterval(() => {
    checkStack();
    _wake_some();
    checkStack();
  }, 1);
  globalThis.sum = 0;
  globalThis.calls = Array.from({length: calls}, (_, i) => {
    var promise = _work(i, i % 9);
    // An entry from JavaScript in between, that ends without suspending.
    return promise.then(async (n) => {
      n += await _quick(1);
      sum += n;
    });
  });
});

EM_ASYNC_JS(int, js_end, (void), {
  await Promise.all(calls);
  clearInterval(ticks);
  return globalThis.wrong ? -1 : sum;
});

EM_JS(void, js_next_main_stack, (void), {
  globalThis.loopStack = null;
});
// clang-format on

static void fill(volatile unsigned *words, unsigned seed) {
  for (unsigned i = 0; i < WORDS; i++) words[i] = seed * 2654435761u + i;
}

static bool intact(const volatile unsigned *words, unsigned seed) {
  for (unsigned i = 0; i < WORDS; i++) {
    if (words[i] != seed * 2654435761u + i) return false;
  }
  return true;
}

static void suspend(unsigned how) {
  uintptr_t sp = emscripten_stack_get_current(), base = emscripten_stack_get_base();
  int value = 1000 + (int)how;
  struct pollfd in = {pipes[how % PIPES][0], POLLIN, 0};
  errno = value;
  switch (how % 5) {
    case 0:
      EXPECT_EQ(js_later((int)how), (int)how);
      break;
    case 1:
      emscripten_sleep(how % 3);
      break;
    case 2:
      EXPECT_EQ(poll(&in, 1, how % 4), in.revents ? 1 : 0);
      break;
    default:
      EXPECT_EQ(read_byte(in.fd), 1);
  }
  EXPECT_EQ(errno, value);
  EXPECT_EQ(emscripten_stack_get_current(), sp);
  EXPECT_EQ(emscripten_stack_get_base(), base);
}

static unsigned dive(unsigned seed, unsigned depth) {
  volatile unsigned words[WORDS];
  fill(words, seed + depth);
  if (depth % 2) suspend(seed * 7 + depth);
  unsigned below = depth ? dive(seed * 31 + 1, depth - 1) : 0;
  if (depth % 3 == 0) suspend(seed * 5 + depth);
  EXPECT(intact(words, seed + depth));
  return below + 1;
}

EMSCRIPTEN_KEEPALIVE int work(unsigned seed, unsigned depth) {
  if (++now_inside > most) most = now_inside;
  EXPECT_EQ(dive(seed, depth), depth + 1);
  now_inside--;
  done++;
  return (int)depth;
}

EMSCRIPTEN_KEEPALIVE int quick(int n) {
  volatile unsigned words[WORDS];
  fill(words, 77);
  errno = 7;
  EXPECT(intact(words, 77));
  return n;
}

EMSCRIPTEN_KEEPALIVE void wake_some(void) {
  static unsigned turn;
  volatile unsigned words[8 * WORDS];
  for (int i = 0; i < 8; i++) fill(words + i * WORDS, turn);
  errno = 99;
  for (int i = 0; i < PIPES; i++) {
    if ((turn >> (i % 3)) & 1 || turn % 5 == 0) write_byte(pipes[i][1]);
  }
  for (int i = 0; i < 8; i++) EXPECT(intact(words + i * WORDS, turn));
  turn++;
}

int main(void) {
  volatile unsigned words[WORDS];
  for (int i = 0; i < PIPES; i++) MUST(pipe(pipes[i]));
  fill(words, 5);
  js_begin(CALLS);
  // Main suspends at different depths of its stack meanwhile: the event loop's is below each.
  for (unsigned i = 0; i < 20; i++) {
    js_next_main_stack();
    emscripten_sleep(1);
    js_next_main_stack();
    suspend(3 + 5 * i);
  }
  js_next_main_stack();
  int sum = 0;
  for (int i = 0; i < CALLS; i++) sum += i % 9 + 1;
  EXPECT_EQ(js_end(), sum);
  EXPECT_EQ(done, CALLS);
  EXPECT_EQ(most, CALLS);
  EXPECT(intact(words, 5));
  return status_of_test();
}
