// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A blocking call that is made from an event-loop callback fails with EDEADLK and says why; it does
// not trap. A call that is ready works there, and so does a zero timeout.
//
// modes: jspi asyncify pthread_jspi

#include "expect.h"
#include <emscripten/poll.h>
#include <sys/select.h>

static int p[2], quiet[2];
static int calls;

static int explanations(void) {
  // clang-format off
  return EM_ASM_INT({
    var count = globalThis.said.filter((text) =>
      text.includes('EDEADLK') && text.includes('callback') &&
      text.includes('emscripten_poll_with_callback')).length;
    globalThis.said = [];
    return count;
  });
  // clang-format on
}

#define EXPECT_DEADLOCK(call)                                                                      \
  do {                                                                                             \
    errno = 0;                                                                                     \
    EXPECT_EQ(call, -1);                                                                           \
    EXPECT_EQ(errno, EDEADLK);                                                                     \
    EXPECT_EQ(explanations(), 1);                                                                  \
  } while (0)

static void try_everything(void) {
  char byte;
  fd_set set;
  struct pollfd in = {quiet[0], POLLIN, 0};
  struct timeval now = {0, 0}, later = {1, 0};
  EXPECT_EQ(poll(&in, 1, 0), 0);
  FD_ZERO(&set);
  FD_SET(quiet[0], &set);
  EXPECT_EQ(select(quiet[0] + 1, &set, NULL, NULL, &now), 0);
  EXPECT_EQ(explanations(), 0);

  EXPECT_DEADLOCK(poll(&in, 1, -1));
  EXPECT_DEADLOCK(poll(&in, 1, 1000));
  FD_SET(quiet[0], &set);
  EXPECT_DEADLOCK(select(quiet[0] + 1, &set, NULL, NULL, &later));
  EXPECT_DEADLOCK(read(quiet[0], &byte, 1));

  in.events = POLLOUT;
  in.fd = quiet[1];
  EXPECT_EQ(poll(&in, 1, -1), 1);
  EXPECT_EQ(explanations(), 0);
}

static void in_poll_callback(int fd, int revents) {
  EXPECT_EQ(fd, p[0]);
  EXPECT_EQ(revents, POLLIN);
  calls++;
  try_everything();
}

static void in_timer(void *arg) {
  (void)arg;
  calls++;
  try_everything();
}

static void wake_main(void *arg) {
  (void)arg;
  write_byte(p[1]);
}

static void after_main(int fd, int revents) {
  in_poll_callback(fd, revents);
  EXPECT_EQ(calls, 5);
  finish();
}

int main(void) {
  struct pollfd in;
  // clang-format off
  EM_ASM({
    globalThis.said = [];
    err = (text) => globalThis.said.push(text);
  });
  // clang-format on
  MUST(pipe(p));
  MUST(pipe(quiet));

  // While main is suspended.
  in = (struct pollfd){p[0], POLLPRI, 0};
  emscripten_async_call(in_timer, NULL, 0);
  EXPECT_EQ(emscripten_poll_with_callback(p[0], POLLIN, SOON, in_poll_callback), 0);
  emscripten_async_call(wake_main, NULL, 5);
  EXPECT_EQ(poll(&in, 1, 50), 0);
  EXPECT_EQ(calls, 2);

  // Main may wait as before.
  EXPECT_EQ(read_byte(p[0]), 1);
  emscripten_async_call(in_timer, NULL, 0);
  emscripten_async_call(wake_main, NULL, 5);
  EXPECT_EQ(read_byte(p[0]), 1);
  EXPECT_EQ(calls, 3);

  // When it has returned: no promising export is on the stack that a callback has.
  emscripten_async_call(in_timer, NULL, 0);
  emscripten_async_call(wake_main, NULL, 5);
  EXPECT_EQ(emscripten_poll_with_callback(p[0], POLLIN, SOON, after_main), 0);
  return 0;
}
