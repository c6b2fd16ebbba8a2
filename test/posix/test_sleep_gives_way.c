// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A program that sleeps does not keep the rest from running: what is to happen meanwhile happens
// during usleep, nanosleep, clock_nanosleep, and a sleep of no length that a loop makes to yield.
// gaps: sleep
// needs: wait

#include "timerfds.h"
#include <threads.h>

static volatile int ran;

static void run(void *arg) {
  (void)arg;
  ran = 1;
}

static void short_usleep(void) {
  usleep(1000);
}

static void short_nanosleep(void) {
  nanosleep(&(struct timespec){0, MS}, NULL);
}

static void sleep_to_a_time(void) {
  struct timespec end = timespec_of(clock_ns(CLOCK_REALTIME) + 3 * MS);
  clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &end, NULL);
}

static void short_thrd_sleep(void) {
  thrd_sleep(&(struct timespec){0, MS}, NULL);
}

static void no_sleep(void) {
  usleep(0);
}

// Bounded, for where it does not.
static void try(const char *name, void (*sleep_once)(void)) {
  ran = 0;
  when_blocked(run, NULL);
  int64_t end = clock_ns(CLOCK_MONOTONIC) + 5000 * MS;
  while (!ran && clock_ns(CLOCK_MONOTONIC) < end) sleep_once();
  printf("%s: %s\n", name, ran ? "yes" : "no");
}

int main(void) {
  try("usleep", short_usleep);
  try("nanosleep", short_nanosleep);
  try("clock_nanosleep", sleep_to_a_time);
  try("thrd_sleep", short_thrd_sleep);
  try("usleep(0)", no_sleep);
  return 0;
}
