// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// timerfd_settime(2), timerfd_gettime(2): relative and absolute times, intervals and overruns, what
// is left and what was there before; each on each clock. When a timer that has expired goes on is
// fs/timerfd.c's: once it is read, asked or set.
// gaps: timerfd

#include "timerfds.h"

static int t;

static void show_left(const char *what, const struct itimerspec *its, int64_t value) {
  int64_t left = ns_of(its->it_value);
  printf("%s: value %s, interval %lld\n", what,
         !left           ? "0"
         : left <= value ? left > value - HOUR / 4 ? "as set" : "less"
                         : "more",
         (long long)ns_of(its->it_interval));
}

static void left(const char *what, int64_t value) {
  struct itimerspec its;
  MUST(timerfd_gettime(t, &its));
  show_left(what, &its, value);
}

static void set_and_show(int64_t value, int64_t interval, int64_t before) {
  struct itimerspec its = {timespec_of(interval), timespec_of(value)}, old;
  SHOW(timerfd_settime(t, 0, &its, &old));
  show_left("before", &old, before);
}

static void relative(void) {
  left("new", 0);
  SHOW(set_timer(t, 0, HOUR, 0));
  SHOW(read_timer(t));
  left("set", HOUR);
  set_and_show(2 * HOUR, 5, HOUR);
  set_and_show(0, 7, 2 * HOUR);
  left("disarmed", 0);
  set_and_show(1, 0, 0);
  spin(MS);
  left("expired", 0);
  POLL(t, POLLIN, 0);
  SHOW(read_timer(t));
  SHOW(read_timer(t));
  left("read", 0);

  // Expired, and set before it is read.
  MUST(set_timer(t, 0, 1, 0));
  spin(MS);
  POLL(t, POLLIN, 0);
  set_and_show(HOUR, 0, 0);
  POLL(t, POLLIN, 0);
  SHOW(read_timer(t));
  MUST(set_timer(t, 0, 1, 0));
  spin(MS);
  MUST(set_timer(t, 0, 0, 0));
  SHOW(read_timer(t));
}

static void interval(void) {
  MUST(set_timer(t, 0, 1, HOUR));
  spin(MS);
  POLL(t, POLLIN, 0);
  left("expired", HOUR);
  POLL(t, POLLIN, 0);
  SHOW(read_timer(t));
  left("read", HOUR);
  SHOW(read_timer(t));
  MUST(set_timer(t, 0, 1, HOUR));
  spin(MS);
  set_and_show(0, 0, HOUR);
  SHOW(read_timer(t));

  MUST(set_timer(t, 0, 1, 1));
  spin(2 * MS);
  CHECK(read_timer(t) > 1 * MS);
  // Each time it is looked at it has gone on, and it is still readable.
  MUST(set_timer(t, 0, 1, MS));
  spin(MS);
  left("expired", HOUR);
  spin(2 * MS);
  left("expired", HOUR);
  spin(2 * MS);
  long long ticks = read_timer(t);
  CHECK(ticks >= 5);
  SHOW(set_timer(t, 0, 0, 0));
}

static void absolute(clockid_t clock) {
  MUST(set_timer(t, TFD_TIMER_ABSTIME, clock_ns(clock) + 2 * HOUR, HOUR));
  left("absolute", 2 * HOUR);
  SHOW(read_timer(t));
  MUST(set_timer(t, TFD_TIMER_ABSTIME, 1, 0));
  spin(MS);
  SHOW(read_timer(t));
  SHOW(read_timer(t));
  int64_t end = clock_ns(clock) + 3 * MS;
  MUST(set_timer(t, TFD_TIMER_ABSTIME, end, 0));
  while (read_timer(t) == -1) {
  }
  CHECK(clock_ns(clock) >= end);
  MUST(set_timer(t, TFD_TIMER_ABSTIME, 0, HOUR));
  left("absolute 0", 0);
}

static void overruns(void) {
  int64_t now = clock_ns(CLOCK_REALTIME);
  MUST(set_timer(t, TFD_TIMER_ABSTIME, now - 7 * HOUR / 2, HOUR));
  spin(MS);
  SHOW(read_timer(t));
  SHOW(read_timer(t));
  left("read", HOUR / 2);
  MUST(set_timer(t, TFD_TIMER_ABSTIME, now - 7 * HOUR / 2, HOUR));
  spin(MS);
  left("asked", HOUR / 2);
  SHOW(read_timer(t));
  MUST(set_timer(t, TFD_TIMER_ABSTIME, now - 7 * HOUR / 2, 0));
  spin(MS);
  SHOW(read_timer(t));
}

int main(void) {
  const clockid_t clocks[] = {CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME};
  const char *const names[] = {"monotonic", "realtime", "boottime"};
  for (int i = 0; i < 3; i++) {
    printf("--- %s\n", names[i]);
    t = MUST(timerfd_create(clocks[i], TFD_NONBLOCK));
    relative();
    interval();
    if (clocks[i] != CLOCK_BOOTTIME) {
      absolute(clocks[i]);
    }
    if (clocks[i] == CLOCK_REALTIME) {
      overruns();
    }
    MUST(close(t));
  }

  // On other clocks, and for relative times, it means nothing.
  t = MUST(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
  SHOW(set_timer(t, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, 1, 0));
  spin(MS);
  SHOW(read_timer(t));
  t = MUST(timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK));
  SHOW(set_timer(t, TFD_TIMER_CANCEL_ON_SET, 1, 0));
  spin(MS);
  SHOW(read_timer(t));
  return 0;
}
