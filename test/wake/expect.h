// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What the tests of emwake's own API share: checks that fail the program, and steps that follow one
// another through the event loop.
//
// A program passes only if it says so: one that merely stops, because nothing is left that could
// run, ends with NEVER_FINISHED.

#ifndef EMWAKE_TEST_EXPECT_H
#define EMWAKE_TEST_EXPECT_H

#include <emscripten.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))

// Long enough, in milliseconds, for anything that is going to happen.
#define SOON 5000

#define NEVER_FINISHED 99

static int failures;

static UNUSED void check_failed(const char *file, int line, const char *what) {
  failures++;
  const char *base = strrchr(file, '/');
  printf("%s:%d: does not hold: %s\n", base ? base + 1 : file, line, what);
}

#define EXPECT(condition)                                                                          \
  do {                                                                                             \
    if (!(condition)) check_failed(__FILE__, __LINE__, #condition);                                \
  } while (0)

// The two values are integers; both are shown if they differ.
#define EXPECT_EQ(got, want)                                                                       \
  do {                                                                                             \
    long long got_ = (long long)(got), want_ = (long long)(want);                                  \
    if (got_ != want_) {                                                                           \
      check_failed(__FILE__, __LINE__, #got " == " #want);                                         \
      printf("  it is %lld, not %lld\n", got_, want_);                                             \
    }                                                                                              \
  } while (0)

// Ends a test whose preparation failed: nothing after it would mean anything.
#define MUST(call)                                                                                 \
  ({                                                                                               \
    __typeof__(call) must_ = (call);                                                               \
    if (must_ == -1) {                                                                             \
      printf("%s:%d: %s: %s\n", __FILE__, __LINE__, #call, strerror(errno));                       \
      exit(1);                                                                                     \
    }                                                                                              \
    must_;                                                                                         \
  })

// At the end of main. -sASYNCIFY loses what a main returns that has been suspended.
static UNUSED int status_of_test(void) {
  if (failures) exit(1);
  return 0;
}

// From an event-loop callback, where main has returned, and its status with it. Emscripten's exit()
// does not end a program whose runtime something keeps alive.
static UNUSED _Noreturn void finish(void) {
  emscripten_force_exit(failures ? 1 : 0);
}

static UNUSED __attribute__((constructor)) void expect_begin(void) {
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  // clang-format off
  EM_ASM({ if (globalThis.process) process.exitCode = $0; }, NEVER_FINISHED);
  // clang-format on
}

static UNUSED void write_byte(int fd) {
  EXPECT_EQ(write(fd, "x", 1), 1);
}

static UNUSED int read_byte(int fd) {
  char byte;
  return (int)read(fd, &byte, 1);
}

// ---- Steps ---------------------------------------------------------------------------------

typedef void (*step)(void);

// The steps of a test, the last one NULL. Each ends by calling next_step(), once.
static const step *steps_left;

static UNUSED void run_step(void *arg) {
  (void)arg;
  if (!*steps_left) finish();
  (*steps_left++)();
}

// From the event loop, so that steps do not nest.
static UNUSED void next_step(void) {
  emscripten_async_call(run_step, NULL, 0);
}

static UNUSED void run_steps(const step *steps) {
  steps_left = steps;
  next_step();
}

#endif
