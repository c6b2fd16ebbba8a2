/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Queues of pending signals: standard signals coalesce, real-time signals keep their order, the order
 * of delivery, entries of timers, and what remains without memory.
 */
#include "signal_queue.h"

#include <string.h>

#include "check.h"
#include "host_native.h"

#define ALL (~(sigmask_t)0)

static struct signal_queue q;

static void add(int sig, int value) {
  siginfo_t info = {.si_signo = sig, .si_code = SI_QUEUE};
  info.si_value.sival_int = value;
  if (!signal_queue_coalesces(&q, sig)) {
    CHECK(signal_queue_add(&q, &info));
  }
}

static int take(int sig) {
  siginfo_t info;
  signal_queue_take(&q, sig, &info);
  CHECK_EQ(info.si_signo, sig);
  return info.si_value.sival_int;
}

static void test_coalescing(void) {
  add(SIGUSR1, 1);
  add(SIGUSR1, 2);
  CHECK_EQ(q.set, SIGNAL_BIT(SIGUSR1));
  CHECK_EQ(take(SIGUSR1), 1);
  CHECK_EQ(q.set, 0);
  CHECK_EQ(signal_queue_next(&q, ALL), 0);
}

static void test_real_time(void) {
  for (int i = 0; i < 5; i++) {
    add(40, i);
    add(41, 10 + i);
  }
  for (int i = 0; i < 5; i++) {
    CHECK_EQ(signal_queue_next(&q, ALL), 40);
    CHECK_EQ(take(40), i);
  }
  CHECK_EQ(q.set, SIGNAL_BIT(41));
  for (int i = 0; i < 5; i++) {
    CHECK_EQ(take(41), 10 + i);
  }
  CHECK_EQ(q.set, 0);
  CHECK(!q.first && !q.last);
}

static void test_order(void) {
  add(64, 0);
  add(SIGTERM, 0);
  add(SIGHUP, 0);
  add(SIGSEGV, 0);
  CHECK_EQ(signal_queue_next(&q, ALL), SIGSEGV);
  CHECK_EQ(signal_queue_next(&q, ALL & ~SIGNAL_BIT(SIGSEGV)), SIGHUP);
  CHECK_EQ(signal_queue_next(&q, SIGNAL_BIT(64) | SIGNAL_BIT(SIGTERM)), SIGTERM);
  CHECK_EQ(signal_queue_next(&q, SIGNAL_BIT(SIGUSR1)), 0);
  signal_queue_flush(&q, SIGNAL_BIT(SIGHUP) | SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(64));
  CHECK_EQ(q.set, SIGNAL_BIT(SIGTERM));
  signal_queue_flush(&q, ALL);
  CHECK_EQ(q.set, 0);
}

static int taken_entries;

static void count_taken(struct queued_signal *entry) {
  entry->info.si_value.sival_int = ++taken_entries;
}

static void test_entries_of_timers(void) {
  struct queued_signal a = {.taken = count_taken, .info = {.si_signo = SIGALRM}}, b = a;
  add(SIGALRM, 7);
  signal_queue_append(&q, &a); /* does not coalesce */
  signal_queue_append(&q, &b);
  signal_queue_remove(&q, &b);
  signal_queue_remove(&q, &b);
  CHECK_EQ(take(SIGALRM), 7);
  CHECK_EQ(q.set, SIGNAL_BIT(SIGALRM));
  CHECK_EQ(take(SIGALRM), 1);
  CHECK_EQ(q.set, 0);
  CHECK(!q.last);
}

static void test_moving(void) {
  struct signal_queue to = {0};
  add(40, 1);
  add(40, 2);
  signal_queue_move(&to, &q);
  CHECK_EQ(q.set, 0);
  CHECK(!q.first);
  q = to;
  CHECK_EQ(take(40), 1);
  CHECK_EQ(take(40), 2);
}

static void test_no_memory(void) {
  siginfo_t info = {.si_signo = 40, .si_code = SI_QUEUE};
  native_fail_alloc(0, false);
  CHECK(!signal_queue_add(&q, &info));
  CHECK_EQ(native_failed_allocs(), 1);
  CHECK_EQ(signal_queue_next(&q, ALL), 40);
  signal_queue_take(&q, 40, &info);
  CHECK_EQ(info.si_signo, 40);
  CHECK_EQ(info.si_code, SI_USER);
  CHECK_EQ(q.set, 0);
}

int main(void) {
  test_coalescing();
  test_real_time();
  test_order();
  test_entries_of_timers();
  test_moving();
  test_no_memory();
  CHECK_EQ(native_live_blocks(), 0);
  return 0;
}
