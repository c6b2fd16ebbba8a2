/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Blocking eventfds between threads: ping-pong, where each side waits for the other, and writers
 * that have to wait until their number fits.
 */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>

#include "calls.h"
#include "eventfd.h"
#include "host_native.h"
#include "stress.h"

static uint64_t take(int fd) {
  uint64_t value = 0;
  CHECK_EQ(call_read(fd, &value, sizeof value), 8);
  return value;
}

/* ---- Ping-pong --------------------------------------------------------------------------------- */

#define END 1000

static int ping, pong;
static int64_t ball; /* handed over by the eventfds alone */

static void *answer(void *index) {
  while (take(ping) != END) {
    ball++;
    CHECK_EQ(call_add(pong, 1), 8);
  }
  return index;
}

static void test_ping_pong(void) {
  pthread_t thread;
  int64_t rounds = 0;
  ping = eventfd_open(0, 0);
  pong = eventfd_open(0, 0);
  stress_begin();
  stress_start(&thread, 1, answer);
  while (stress_goes_on()) {
    CHECK_EQ(call_add(ping, 1), 8);
    CHECK_EQ(take(pong), 1);
    CHECK_EQ(ball, ++rounds);
  }
  CHECK_EQ(call_add(ping, END), 8);
  stress_join(&thread, 1);
  CHECK(rounds > 100);
  CHECK_EQ(host_fd_close(ping), 0);
  CHECK_EQ(host_fd_close(pong), 0);
}

/* ---- Numbers that do not fit ------------------------------------------------------------------- */

enum { WRITERS = 3, READERS = 2 };

/* Of these three fit at once. */
#define PORTION (UINT64_C(1) << 62)

static int shared;
static _Atomic long put, taken;

static void *add_portions(void *index) {
  while (stress_goes_on()) {
    CHECK_EQ(call_add(shared, PORTION), 8);
    put++;
  }
  return index;
}

/* A reader ends when it takes an odd number; 1 is added for each of them after the writers' end. */
static void *take_portions(void *index) {
  uint64_t value;
  do {
    value = take(shared);
    taken += (long)(value / PORTION);
  } while (!(value & 1));
  return index;
}

static void test_numbers_that_do_not_fit(void) {
  pthread_t writers[WRITERS], readers[READERS];
  shared = eventfd_open(0, 0);
  stress_begin();
  stress_start(readers, READERS, take_portions);
  stress_start(writers, WRITERS, add_portions);
  stress_join(writers, WRITERS);
  for (int i = 0; i < READERS; i++) {
    CHECK_EQ(call_add(shared, 1), 8);
    while (call_readiness(shared) & POLLIN) { /* one each */
      sched_yield();
    }
  }
  stress_join(readers, READERS);
  CHECK(put > 100);
  CHECK_EQ(taken, put);
  CHECK_EQ(host_fd_close(shared), 0);
}

int main(void) {
  test_ping_pong();
  test_numbers_that_do_not_fit();
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
