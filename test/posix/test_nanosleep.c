// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// clock_nanosleep(2), nanosleep(2), usleep(3), sleep(3), thrd_sleep(3): never shorter than asked
// for; absolute times; and what is refused. A pointer to the remaining time is left alone if nothing
// interrupts.

#include "timerfds.h"
#include <threads.h>

static int sleep_on(clockid_t clock, int flags, time_t sec, long nsec) {
  struct timespec request = {sec, nsec};
  int err = clock_nanosleep(clock, flags, &request, NULL);
  if (!err) return 0;
  errno = err;
  return -1;
}

static void refused(void) {
  SHOW(sleep_on(CLOCK_MONOTONIC, 0, -1, 0));
  SHOW(sleep_on(CLOCK_MONOTONIC, 0, 0, -1));
  SHOW(sleep_on(CLOCK_MONOTONIC, 0, 0, 1000000000));
  SHOW(sleep_on(CLOCK_MONOTONIC, TIMER_ABSTIME, -1, 0));
  SHOW(sleep_on(CLOCK_MONOTONIC, TIMER_ABSTIME, 0, 1000000000));
  SHOW(sleep_on(CLOCK_THREAD_CPUTIME_ID, 0, 0, 1));
  CHECK(sleep_on(CLOCK_MONOTONIC_RAW, 0, 0, 1) == -1 && errno == EOPNOTSUPP);
  CHECK(sleep_on(CLOCK_REALTIME_COARSE, 0, 0, 1) == -1 && errno == EOPNOTSUPP);
  CHECK(sleep_on(CLOCK_MONOTONIC_COARSE, 0, -1, 1) == -1 && errno == EOPNOTSUPP);
  SHOW(sleep_on(1000, 0, 0, 1));
  SHOW(sleep_on(-1, 0, -1, 0));
  SHOW(nanosleep(&(struct timespec){-1, 0}, NULL));
  SHOW(nanosleep(&(struct timespec){0, -1}, NULL));
  SHOW(nanosleep(NULL, NULL));
}

static void relative(void) {
  struct timespec remaining = {5, 6};
  int64_t begin = clock_ns(CLOCK_MONOTONIC);
  SHOW(nanosleep(&(struct timespec){0, 3 * MS}, &remaining));
  CHECK(remaining.tv_sec == 5 && remaining.tv_nsec == 6);
  CHECK(clock_ns(CLOCK_MONOTONIC) - begin >= 3 * MS);
  begin = clock_ns(CLOCK_MONOTONIC);
  SHOW(nanosleep(&(struct timespec){0, 300000}, NULL));
  CHECK(clock_ns(CLOCK_MONOTONIC) - begin >= 300000);
  begin = clock_ns(CLOCK_MONOTONIC);
  SHOW(usleep(2500));
  CHECK(clock_ns(CLOCK_MONOTONIC) - begin >= 2500000);
  begin = clock_ns(CLOCK_MONOTONIC);
  SHOW(thrd_sleep(&(struct timespec){0, 2 * MS}, NULL));
  CHECK(clock_ns(CLOCK_MONOTONIC) - begin >= 2 * MS);
  CHECK(thrd_sleep(&(struct timespec){0, -1}, NULL) < -1);
  begin = clock_ns(CLOCK_MONOTONIC);
  SHOW(sleep(1));
  CHECK(clock_ns(CLOCK_MONOTONIC) - begin >= 1000 * MS);
  SHOW(sleep(0));
  SHOW(usleep(0));
  SHOW(nanosleep(&(struct timespec){0, 0}, NULL));
  const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME};
  for (int i = 0; i < 3; i++) {
    begin = clock_ns(CLOCK_MONOTONIC);
    SHOW(sleep_on(clocks[i], 0, 0, 2 * MS));
    CHECK(clock_ns(CLOCK_MONOTONIC) - begin >= 2 * MS);
  }
}

static void absolute(clockid_t clock) {
  struct timespec end = timespec_of(clock_ns(clock) + 4 * MS);
  SHOW(sleep_on(clock, TIMER_ABSTIME, end.tv_sec, end.tv_nsec));
  CHECK(clock_ns(clock) >= ns_of(end));
  SHOW(sleep_on(clock, TIMER_ABSTIME, end.tv_sec, end.tv_nsec));
  SHOW(sleep_on(clock, TIMER_ABSTIME, 0, 0));
}

int main(void) {
  refused();
  relative();
  absolute(CLOCK_MONOTONIC);
  absolute(CLOCK_REALTIME);
  return 0;
}
