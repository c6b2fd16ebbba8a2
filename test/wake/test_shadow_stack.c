// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Suspending from deep recursion, again and again, while callbacks with frames of their own run on
// the same shadow stack: nobody's local variables change.
//
// modes: jspi asyncify pthread_jspi
// flags: -sSTACK_SIZE=1MB -sASYNCIFY_STACK_SIZE=262144

#include "expect.h"
#include <emscripten/poll.h>
#include <emscripten/stack.h>

#define DEPTH 40
#define WORDS 64

static int p[2], q[2];
static int callbacks, suspensions;

static void fill(volatile unsigned *words, unsigned seed) {
  for (unsigned i = 0; i < WORDS; i++) words[i] = seed * 2654435761u + i;
}

static bool intact(const volatile unsigned *words, unsigned seed) {
  for (unsigned i = 0; i < WORDS; i++) {
    if (words[i] != seed * 2654435761u + i) return false;
  }
  return true;
}

static void write_over_stack(int depth) {
  volatile unsigned words[WORDS];
  fill(words, 0xdead0000u + (unsigned)depth);
  if (depth > 0) write_over_stack(depth - 1);
  EXPECT(intact(words, 0xdead0000u + (unsigned)depth));
}

static void wake_main(void *arg) {
  (void)arg;
  write_over_stack(DEPTH / 2);
  write_byte(p[1]);
}

static bool noise(int fd, int revents, void *data) {
  (void)data;
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read_byte(fd), 1);
  callbacks++;
  write_over_stack(DEPTH);
  // Wakes main from within a callback that still has its frames, now and then.
  if (callbacks % 3 == 0) emscripten_async_call(wake_main, NULL, 0);
  write_byte(q[1]);
  return true;
}

static void suspend(int how) {
  uintptr_t sp = emscripten_stack_get_current();
  struct pollfd in = {p[0], POLLIN, 0};
  switch (how % 3) {
    case 0:
      EXPECT_EQ(poll(&in, 1, SOON), 1);
      EXPECT_EQ(read_byte(p[0]), 1);
      break;
    case 1:
      EXPECT_EQ(read_byte(p[0]), 1);
      break;
    default:
      in.events = POLLPRI;
      EXPECT_EQ(poll(&in, 1, 1), 0);
  }
  suspensions++;
  EXPECT_EQ(emscripten_stack_get_current(), sp);
}

static unsigned dive(unsigned depth) {
  volatile unsigned words[WORDS];
  fill(words, depth);
  unsigned below = 0;
  if (depth % 4 == 0) suspend((int)depth / 4);
  if (depth < DEPTH) below = dive(depth + 1);
  if (depth % 4 == 2) suspend((int)depth / 4);
  EXPECT(intact(words, depth));
  return below + words[depth % WORDS];
}

int main(void) {
  MUST(pipe(p));
  MUST(pipe(q));
  int id = emscripten_poll_start_multishot(q[0], POLLIN, -1, noise, NULL);
  EXPECT(id > 0);
  write_byte(q[1]);
  uintptr_t sp = emscripten_stack_get_current();
  unsigned first = dive(0);
  for (int i = 0; i < 5; i++) EXPECT_EQ(dive(0), first);
  EXPECT_EQ(emscripten_stack_get_current(), sp);
  EXPECT(callbacks > suspensions);
  EXPECT_EQ(suspensions, 6 * (DEPTH / 4 + 1 + DEPTH / 4));
  EXPECT_EQ(emscripten_poll_cancel(id), 0);
  return status_of_test();
}
