// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Main waits while other threads make it ready, over and over; its time-outs are obeyed (stock
// Emscripten ignores them on the main thread of a JSPI build with threads); a thread that waits is
// woken by main.
//
// needs: threads wait

#include "expect.h"
#include <pthread.h>
#include <sys/select.h>

#define ROUNDS 300

static int to_main[2], to_thread[2];

static void *echo(void *arg) {
  (void)arg;
  char byte;
  while (read(to_thread[0], &byte, 1) == 1) {
    EXPECT_EQ(write(to_main[1], &byte, 1), 1);
  }
  close(to_main[1]);
  return NULL;
}

static void expect_timeout(int ms) {
  struct pollfd in = {to_main[0], POLLIN, 0};
  double before = emscripten_get_now();
  EXPECT_EQ(poll(&in, 1, ms), 0);
  double took = emscripten_get_now() - before;
  EXPECT(took >= ms && took < ms + 1500);

  fd_set set;
  FD_ZERO(&set);
  FD_SET(to_main[0], &set);
  struct timeval limit = {0, ms * 1000};
  before = emscripten_get_now();
  EXPECT_EQ(select(to_main[0] + 1, &set, NULL, NULL, &limit), 0);
  took = emscripten_get_now() - before;
  EXPECT(took >= ms && took < ms + 1500);
}

int main(void) {
  pthread_t thread;
  MUST(pipe(to_main));
  MUST(pipe(to_thread));
  expect_timeout(20);
  EXPECT_EQ(pthread_create(&thread, NULL, echo, NULL), 0);
  for (int i = 0; i < ROUNDS; i++) {
    char sent = (char)i, got = (char)~i;
    EXPECT_EQ(write(to_thread[1], &sent, 1), 1);
    struct pollfd in = {to_main[0], POLLIN, 0};
    if (i % 2) {
      EXPECT_EQ(poll(&in, 1, i % 4 == 1 ? -1 : SOON), 1);
      EXPECT_EQ(in.revents, POLLIN);
    }
    EXPECT_EQ(read(to_main[0], &got, 1), 1);
    EXPECT_EQ(got, sent);
  }
  expect_timeout(20);
  close(to_thread[1]);
  EXPECT_EQ(read_byte(to_main[0]), 0);
  EXPECT_EQ(pthread_join(thread, NULL), 0);
  return status_of_test();
}
