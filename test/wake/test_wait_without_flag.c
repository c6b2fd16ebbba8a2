// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// In a build that cannot wait: what is ready answers, a finite time-out passes at once, and a wait
// without a limit fails with EDEADLK and names the flags to add.
//
// modes: plain

#include "expect.h"
#include <sys/select.h>

static int p[2];

static int explanations(void) {
  // clang-format off
  return EM_ASM_INT({
    var count = globalThis.said.filter((text) =>
      text.includes('EDEADLK') && text.includes('-sJSPI') && text.includes('-sASYNCIFY') &&
      text.includes('-sPROXY_TO_PTHREAD') &&
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

int main(void) {
  static char page[65536];
  char byte;
  fd_set set;
  // clang-format off
  EM_ASM({
    globalThis.said = [];
    err = (text) => globalThis.said.push(text);
  });
  // clang-format on
  MUST(pipe(p));
  struct pollfd in = {p[0], POLLIN, 0};

  double before = emscripten_get_now();
  EXPECT_EQ(poll(&in, 1, 3000), 0);
  EXPECT_EQ(poll(NULL, 0, 3000), 0);
  struct timeval limit = {3, 0};
  FD_ZERO(&set);
  FD_SET(p[0], &set);
  EXPECT_EQ(select(p[0] + 1, &set, NULL, NULL, &limit), 0);
  EXPECT(!FD_ISSET(p[0], &set));
  EXPECT(emscripten_get_now() - before < 1000);
  EXPECT_EQ(explanations(), 0);

  EXPECT_DEADLOCK(poll(&in, 1, -1));
  EXPECT_DEADLOCK(poll(NULL, 0, -1));
  FD_SET(p[0], &set);
  EXPECT_DEADLOCK(select(p[0] + 1, &set, NULL, NULL, NULL));
  EXPECT_DEADLOCK(read(p[0], &byte, 1));

  // Ready: no wait, nothing to explain. A write that cannot finish tells what it has written.
  EXPECT_EQ(write(p[1], page, sizeof page), (int)sizeof page);
  EXPECT_EQ(poll(&in, 1, -1), 1);
  EXPECT_EQ(read(p[0], &byte, 1), 1);
  EXPECT_EQ(explanations(), 0);
  EXPECT_EQ(read(p[0], page, sizeof page), (int)sizeof page - 1);
  EXPECT_EQ(write(p[1], page, sizeof page), (int)sizeof page);
  EXPECT_DEADLOCK(write(p[1], page, 1));
  return status_of_test();
}
