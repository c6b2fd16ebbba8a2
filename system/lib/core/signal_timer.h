/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Timers that send signals: setitimer(2), timer_create(2). All on the monotonic clock, in nanoseconds.
 * They run on the event loop of the thread that the program began on; a thread that sleeps on a futex
 * sees to those that are for it by itself (thread.h).
 */
#ifndef EMWAKE_CORE_SIGNAL_TIMER_H
#define EMWAKE_CORE_SIGNAL_TIMER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "waiter.h"

struct timer_times {
  int64_t value; /* until it expires next; 0: it is not armed */
  int64_t interval;
};

/* setitimer(2), getitimer(2): which is ITIMER_REAL, _VIRTUAL or _PROF. old may be NULL. -EINVAL:
   which. All three measure the time that passes. */
int interval_timer_set(int which, const struct timer_times *times, struct timer_times *old);
int interval_timer_get(int which, struct timer_times *times);

/* What timer_create(2) says of a timer. */
struct timer_kind {
  int clock;               /* kept for the caller, see process_timer_clock() */
  int notify;              /* SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD_ID or SIGEV_THREAD */
  int sig;                 /* for SIGEV_SIGNAL and SIGEV_THREAD_ID */
  pid_t tid;               /* for SIGEV_THREAD_ID */
  union sigval value;      /* what comes with the signal */
  bool value_is_number;    /* sival_int is the number of the timer instead */
  struct waiter *notifier; /* for SIGEV_THREAD: woken when process_timer_take() has something */
};

/* timer_create(2). Returns the number of the timer, not negative, or -EINVAL or -EAGAIN. */
int process_timer_create(const struct timer_kind *kind);

/* The clock of its kind. -EINVAL: no such timer, as for all below. */
int process_timer_clock(int id);

/* Whether the timer has expired since it was last asked. */
bool process_timer_take(int id);

/* timer_settime(2): expires is when it does so first, DEADLINE_NONE disarms it. */
int process_timer_set(int id, deadline_t expires, int64_t interval, struct timer_times *old);
int process_timer_get(int id, struct timer_times *times);
int process_timer_overrun(int id);
int process_timer_delete(int id);

/* For the host: fires what is due; when the next one is. */
void process_timers_fire(void);
deadline_t process_timers_next(void);

#endif
