// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// C++ exceptions and setjmp in tasks: what is thrown, caught, handled, rethrown and jumped over in one
// task has nothing to do with the others, though each waits in the middle of it.
//
// modes: jspi wasm64 pthread_jspi
// flags: -fwasm-exceptions -sSUPPORT_LONGJMP=wasm

#include <csetjmp>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include <emscripten/task.h>

static int failures, in_handler, most_in_handler;

static void expect(bool ok, const char *what) {
  if (!ok) {
    failures++;
    printf("does not hold: %s\n", what);
  }
}
#define EXPECT(condition) expect(condition, #condition)

struct Guard {
  int &count;
  explicit Guard(int &c) : count(c) { count++; }
  ~Guard() {
    emscripten_task_yield();
    count--;
  }
};

static void throw_deep(int depth, int number) {
  volatile int words[16];
  for (int &word : const_cast<int (&)[16]>(words)) word = number;
  if (depth) {
    emscripten_task_yield();
    throw_deep(depth - 1, number);
  } else {
    throw std::runtime_error(std::to_string(number));
  }
  for (int word : const_cast<int (&)[16]>(words)) EXPECT(word == number);
}

static void *throws(void *arg) {
  int number = static_cast<int>(reinterpret_cast<intptr_t>(arg)), guards = 0;
  for (int round = 0; round < 3; round++) {
    try {
      Guard guard(guards);
      throw_deep(number % 5, number);
      EXPECT(false);
    } catch (const std::exception &e) {
      if (++in_handler > most_in_handler) most_in_handler = in_handler;
      EXPECT(e.what() == std::to_string(number));
      // Others enter their handlers now, and leave them in another order.
      emscripten_task_sleep(number * 7 % 4);
      EXPECT(std::uncaught_exceptions() == 0);
      try {
        std::rethrow_exception(std::current_exception());
      } catch (const std::runtime_error &again) {
        emscripten_task_sleep(number * 3 % 5);
        EXPECT(again.what() == std::to_string(number));
        EXPECT(&again == &e);
      }
      emscripten_task_yield();
      EXPECT(e.what() == std::to_string(number));
      in_handler--;
    }
    EXPECT(guards == 0);
    EXPECT(!std::current_exception());
  }
  return arg;
}

static void jump(jmp_buf &buf, int number, int depth) {
  emscripten_task_sleep(number % 3);
  if (depth) jump(buf, number, depth - 1);
  longjmp(buf, number + 1);
}

static void *jumps(void *arg) {
  volatile int number = static_cast<int>(reinterpret_cast<intptr_t>(arg));
  jmp_buf buf;
  int got = setjmp(buf);
  if (got == 0) jump(buf, number, number % 4);
  emscripten_task_yield();
  EXPECT(got == number + 1);
  return arg;
}

int main() {
  const int count = 24;
  em_task_t tasks[count];
  for (intptr_t i = 0; i < count; i++) {
    em_task_fn fn = i % 3 == 2 ? jumps : throws;
    EXPECT(emscripten_task_spawn(&tasks[i], nullptr, fn, reinterpret_cast<void *>(i)) == 0);
  }
  try {
    throw 5;
  } catch (int n) {
    for (intptr_t i = 0; i < count; i++) {
      void *result;
      EXPECT(emscripten_task_join(tasks[i], &result) == 0);
      EXPECT(result == reinterpret_cast<void *>(i));
    }
    EXPECT(n == 5);
  }
  EXPECT(most_in_handler > 3);
  return failures ? 1 : 0;
}
