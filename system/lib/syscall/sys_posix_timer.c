/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * timer_create(2) and its kin, which Emscripten's libc does not have. A timer_t is the number of the
 * timer; with SIGEV_THREAD, as in musl, it is half the address of its notifier, below zero.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "host.h"
#include "result.h"
#include "signal.h"
#include "signal_timer.h"
#include "syscall_exit.h"
#include "timeout.h"

/* ---- SIGEV_THREAD ------------------------------------------------------------------------------- */

struct notifier {
  int timer;
  struct waiter waiter;
  int deleted;
  void (*notify)(union sigval);
  union sigval value;
};

static struct notifier *notifier_of(timer_t t) {
  return (intptr_t)t < 0 ? (struct notifier *)((uintptr_t)t << 1) : NULL;
}

static int number_of(timer_t t) {
  struct notifier *n = notifier_of(t);
  return n ? n->timer : (int)(intptr_t)t;
}

static void *run_notifier(void *arg) {
  struct notifier *n = arg;
  while (!__atomic_load_n(&n->deleted, __ATOMIC_ACQUIRE)) {
    waiter_wait_quietly(&n->waiter, DEADLINE_NONE);
    while (process_timer_take(n->timer)) {
      n->notify(n->value);
    }
  }
  free(n);
  return NULL;
}

static int start_notifier(struct notifier *n, const pthread_attr_t *given) {
  sigset_t all, before;
  pthread_t thread;
  pthread_attr_t attr;
  if (given) {
    attr = *given;
  } else {
    pthread_attr_init(&attr);
  }
  pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
  sigmask_to(&all, ~(sigmask_t)0);
  signal_mask(SIG_SETMASK, &all, &before);
  int err = pthread_create(&thread, &attr, run_notifier, n);
  signal_mask(SIG_SETMASK, &before, NULL);
  return -err;
}

static int create_notifier(clockid_t clock, const struct sigevent *event, timer_t *timer) {
  struct notifier *n = malloc(sizeof *n);
  if (!n) {
    return -EAGAIN;
  }
  *n = (struct notifier){.notify = event->sigev_notify_function, .value = event->sigev_value};
  waiter_init(&n->waiter);
  struct timer_kind kind = {.clock = clock, .notify = SIGEV_THREAD, .notifier = &n->waiter};
  n->timer = process_timer_create(&kind);
  int err = n->timer < 0 ? n->timer : start_notifier(n, event->sigev_notify_attributes);
  if (err) {
    process_timer_delete(n->timer);
    free(n);
    return err;
  }
  *timer = (timer_t)(INTPTR_MIN | (intptr_t)((uintptr_t)n >> 1));
  return 0;
}

/* ---- Clocks ----------------------------------------------------------------------------------------- */

static bool has_timers(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME ||
         clock == CLOCK_TAI;
}

/* How far the clock is ahead of the monotonic one. */
static int64_t offset_of(int clock) {
  struct timespec now;
  if (clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME) {
    return 0;
  }
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * NS_PER_SEC + now.tv_nsec - host_now();
}

static bool is_valid(const struct timespec *ts) {
  return ts->tv_sec >= 0 && ts->tv_nsec >= 0 && ts->tv_nsec < NS_PER_SEC;
}

static int64_t ns_of(const struct timespec *ts) {
  return ts->tv_sec < INT64_MAX / NS_PER_SEC ? (int64_t)ts->tv_sec * NS_PER_SEC + ts->tv_nsec
                                             : INT64_MAX;
}

static struct timespec timespec_of(int64_t ns) {
  return (struct timespec){.tv_sec = ns / NS_PER_SEC, .tv_nsec = (long)(ns % NS_PER_SEC)};
}

static void store(struct itimerspec *value, const struct timer_times *times) {
  value->it_value = timespec_of(times->value);
  value->it_interval = timespec_of(times->interval);
}

/* ---- The calls -------------------------------------------------------------------------------------- */

static int create(clockid_t clock, const struct sigevent *event, timer_t *timer) {
  if (!has_timers(clock)) {
    return -EINVAL;
  }
  if (event && event->sigev_notify == SIGEV_THREAD) {
    return create_notifier(clock, event, timer);
  }
  struct timer_kind kind = {
    .clock = clock, .notify = SIGEV_SIGNAL, .sig = SIGALRM, .value_is_number = true};
  if (event) {
    kind = (struct timer_kind){.clock = clock,
                               .notify = event->sigev_notify,
                               .sig = event->sigev_signo,
                               .tid = event->sigev_notify_thread_id,
                               .value = event->sigev_value};
  }
  int id = process_timer_create(&kind);
  if (id >= 0) {
    *timer = (timer_t)(intptr_t)id;
  }
  return id < 0 ? id : 0;
}

int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict timer) {
  int r = create(clock, event, timer);
  syscall_exit();
  return result(r);
}

static int set(timer_t timer, int flags, const struct itimerspec *value, struct itimerspec *old) {
  struct timer_times before;
  int id = number_of(timer), clock = process_timer_clock(id);
  if (clock < 0 || !is_valid(&value->it_value) || !is_valid(&value->it_interval)) {
    return -EINVAL;
  }
  int64_t first = ns_of(&value->it_value);
  deadline_t expires = DEADLINE_NONE;
  if (first && (flags & TIMER_ABSTIME)) {
    expires = first == INT64_MAX ? INT64_MAX - 1 : first - offset_of(clock);
  } else if (first) {
    expires = deadline_after(first);
  }
  int r = process_timer_set(id, expires, ns_of(&value->it_interval), &before);
  if (!r && old) {
    store(old, &before);
  }
  return r;
}

int timer_settime(timer_t timer, int flags, const struct itimerspec *restrict value,
                  struct itimerspec *restrict old) {
  int r = set(timer, flags, value, old);
  syscall_exit();
  return result(r);
}

int timer_gettime(timer_t timer, struct itimerspec *value) {
  struct timer_times times;
  int r = process_timer_get(number_of(timer), &times);
  if (!r) {
    store(value, &times);
  }
  syscall_exit();
  return result(r);
}

int timer_getoverrun(timer_t timer) {
  int r = process_timer_overrun(number_of(timer));
  syscall_exit();
  return result(r);
}

int timer_delete(timer_t timer) {
  struct notifier *n = notifier_of(timer);
  int r = process_timer_delete(number_of(timer));
  if (!r && n) {
    __atomic_store_n(&n->deleted, 1, __ATOMIC_RELEASE);
    waiter_wake(&n->waiter); /* it frees itself */
  }
  syscall_exit();
  return result(r);
}
