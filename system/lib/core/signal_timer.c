/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Timers that send signals, after kernel/time/posix-timers.c and itimer.c.
 *
 * A timer of timer_create with an interval rests while its signal is pending: when that is taken, the
 * periods that have passed meanwhile are its overrun, and it goes on. So a signal that stays blocked
 * wakes nobody.
 */
#include "signal_timer.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <sys/time.h>

#include "host.h"
#include "host_signal.h"
#include "kmem.h"
#include "signal.h"

struct process_timer {
  struct queued_signal entry; /* first: the queue knows the timer by it */
  struct process_timer *next;
  int id; /* negative: an interval timer */
  int clock;
  int notify;              /* SIGEV_* */
  int thread;              /* for SIGEV_THREAD_ID: struct thread's */
  struct waiter *notifier; /* for SIGEV_THREAD */
  deadline_t expires;
  int64_t interval;
  bool armed;
  bool resting; /* its signal is pending */
  int overrun, last_overrun;
};

static struct process_timer interval_timers[3] = {
  {.id = -1, .entry.info = {.si_signo = SIGALRM, .si_code = SI_KERNEL}},
  {.id = -1, .entry.info = {.si_signo = SIGVTALRM, .si_code = SI_KERNEL}},
  {.id = -1, .entry.info = {.si_signo = SIGPROF, .si_code = SI_KERNEL}},
};

/* Under the lock of the threads. */
static struct process_timer *first;
static int next_id;

/* ---- The event loop ------------------------------------------------------------------------------ */

static struct loop_timer loop_timer; /* of the thread that the program began on */
static struct loop_work set_work;

static bool expires_visibly(const struct process_timer *p) {
  return p->armed && !p->resting && p->notify != SIGEV_NONE;
}

static bool concerns(const struct process_timer *p, const struct thread *t) {
  if (p->thread || p->notifier) {
    return p->notifier || p->thread == t->id;
  }
  return !(t->signals.blocked & SIGNAL_BIT(p->entry.info.si_signo));
}

/* The lock is held. */
static deadline_t earliest(const struct thread *t) {
  deadline_t next = DEADLINE_NONE;
  for (const struct process_timer *p = first; p; p = p->next) {
    if ((!t || concerns(p, t)) && expires_visibly(p) && p->expires < next) {
      next = p->expires;
    }
  }
  return next;
}

static deadline_t next_for(struct thread *t) {
  return earliest(t);
}

deadline_t process_timers_next(void) {
  threads_lock();
  deadline_t next = earliest(NULL);
  threads_unlock();
  return next;
}

static void set_loop_timer(struct loop_work *w) {
  (void)w;
  deadline_t next = process_timers_next();
  if (next == DEADLINE_NONE) {
    loop_timer_cancel(&loop_timer);
  } else {
    loop_timer_set(&loop_timer, next);
  }
}

static void timers_changed(void) {
  if (event_loop_current() == loop_timer.loop) {
    set_loop_timer(&set_work);
  } else {
    event_loop_post(&set_work);
  }
}

/* ---- Expiry ---------------------------------------------------------------------------------------- */

/* hrtimer_forward(): moves the expiry past now; returns the periods that have passed. */
static int64_t forward(struct process_timer *p, int64_t now) {
  if (p->expires > now) {
    return 0;
  }
  int64_t periods = (now - p->expires) / p->interval + 1;
  p->expires += periods * p->interval;
  return periods;
}

static void add_overrun(struct process_timer *p, int64_t periods) {
  p->overrun = periods > INT_MAX - p->overrun ? INT_MAX : p->overrun + (int)periods;
}

/* posixtimer_rearm(): the signal has been taken, with the lock held. */
static void taken(struct queued_signal *entry) {
  struct process_timer *p = (struct process_timer *)entry;
  p->resting = false;
  if (p->armed) {
    add_overrun(p, forward(p, host_now()));
  }
  p->last_overrun = entry->info.si_overrun = p->overrun;
  p->overrun = 0;
  event_loop_post(&set_work);
}

/* Whether the timer rests until what it sent is taken. */
static bool send(struct process_timer *p, struct signals_sent *sent) {
  struct thread *target = p->thread ? thread_by_id(p->thread) : NULL;
  bool interval_timer = p->id < 0, ignored;
  if (p->notifier) {
    waiter_wake(p->notifier);
    return true;
  }
  if (p->thread && !target) {
    return false;
  }
  signal_send_locked(sent, target, &p->entry.info, interval_timer ? NULL : &p->entry, &ignored);
  return !interval_timer && !ignored;
}

static void expire(struct process_timer *p, struct signals_sent *sent, int64_t now) {
  p->resting = send(p, sent);
  if (!p->interval) {
    p->armed = false;
  } else if (p->resting) {
    p->expires += p->interval;
  } else {
    forward(p, now);
  }
}

static void fire(bool from_loop) {
  struct signals_sent sent = {0};
  int64_t now = host_now();
  threads_lock();
  for (struct process_timer *p = first; p; p = p->next) {
    if (expires_visibly(p) && p->expires <= now) {
      expire(p, &sent, now);
    }
  }
  threads_unlock();
  timers_changed();
  signals_sent(&sent, from_loop);
}

void process_timers_fire(void) {
  fire(false);
}

static void fire_from_loop(struct loop_timer *t) {
  (void)t;
  fire(true);
}

/* ---- Setting and asking --------------------------------------------------------------------------- */

/* common_timer_get(): what is armed has at least a nanosecond left. */
static void times_of(struct process_timer *p, struct timer_times *times) {
  int64_t now = host_now();
  bool passes = p->resting || p->notify == SIGEV_NONE;
  *times = (struct timer_times){.interval = p->interval};
  if (!p->armed) {
    return;
  }
  if (p->interval && passes) {
    add_overrun(p, forward(p, now));
  }
  times->value = p->expires > now ? p->expires - now : p->notify == SIGEV_NONE ? 0 : 1;
}

static void arm(struct process_timer *p, deadline_t expires, int64_t interval) {
  p->armed = expires != DEADLINE_NONE;
  p->expires = expires;
  p->interval = interval;
}

static void enlist(struct process_timer *p) {
  struct process_timer **link = &first;
  while (*link && *link != p) {
    link = &(*link)->next;
  }
  *link = p;
}

int interval_timer_get(int which, struct timer_times *times) {
  if (which < ITIMER_REAL || which > ITIMER_PROF) {
    return -EINVAL;
  }
  threads_lock();
  times_of(&interval_timers[which], times);
  threads_unlock();
  return 0;
}

int interval_timer_set(int which, const struct timer_times *times, struct timer_times *old) {
  struct timer_times before;
  int err = interval_timer_get(which, &before);
  if (err) {
    return err;
  }
  struct process_timer *p = &interval_timers[which];
  threads_lock();
  enlist(p);
  arm(p, times->value ? deadline_after(times->value) : DEADLINE_NONE,
      times->value ? times->interval : 0);
  threads_unlock();
  if (old) {
    *old = before;
  }
  timers_changed();
  return 0;
}

/* ---- timer_create ----------------------------------------------------------------------------------- */

/* The lock is held. */
static struct process_timer *find(int id) {
  struct process_timer *p = first;
  while (p && (p->id != id || id < 0)) {
    p = p->next;
  }
  return p;
}

static bool is_valid(const struct timer_kind *kind) {
  switch (kind->notify) {
    case SIGEV_NONE:
      return true;
    case SIGEV_THREAD:
      return kind->notifier;
    case SIGEV_SIGNAL:
    case SIGEV_THREAD_ID:
      return kind->sig > 0 && kind->sig <= SIGNALS;
    default:
      return false;
  }
}

/* The lock is held. */
static void set_kind(struct process_timer *p, const struct timer_kind *kind) {
  siginfo_t *info = &p->entry.info;
  p->id = next_id++;
  p->clock = kind->clock;
  p->notify = kind->notify;
  p->notifier = kind->notifier;
  p->entry.taken = taken;
  info->si_signo = kind->sig ? kind->sig : SIGALRM;
  info->si_code = SI_TIMER;
  info->si_timerid = p->id;
  if (kind->value_is_number) {
    info->si_value.sival_int = p->id;
  } else {
    info->si_value = kind->value;
  }
}

int process_timer_create(const struct timer_kind *kind) {
  if (!is_valid(kind)) {
    return -EINVAL;
  }
  struct process_timer *p = kmem_zalloc(sizeof *p);
  if (!p) {
    return -EAGAIN;
  }
  threads_lock();
  struct thread *t = kind->notify == SIGEV_THREAD_ID ? thread_by_tid(kind->tid) : NULL;
  int id = -EINVAL;
  if (t || kind->notify != SIGEV_THREAD_ID) {
    set_kind(p, kind);
    p->thread = t ? t->id : 0;
    enlist(p);
    id = p->id;
  }
  threads_unlock();
  if (id < 0) {
    kmem_free(p, sizeof *p);
  }
  return id;
}

int process_timer_clock(int id) {
  threads_lock();
  struct process_timer *p = find(id);
  int clock = p ? p->clock : -EINVAL;
  threads_unlock();
  return clock;
}

bool process_timer_take(int id) {
  threads_lock();
  struct process_timer *p = find(id);
  bool expired = p && p->resting;
  if (expired) {
    taken(&p->entry);
  }
  threads_unlock();
  return expired;
}

/* The lock is held. A signal that is still pending is of the setting before. */
static void withdraw(struct process_timer *p) {
  signal_queue_remove(&signals_of_process, &p->entry);
  for (struct thread *t = thread_first(); t; t = t->next) {
    signal_queue_remove(&t->signals.pending, &p->entry);
  }
  p->resting = false;
}

int process_timer_set(int id, deadline_t expires, int64_t interval, struct timer_times *old) {
  threads_lock();
  struct process_timer *p = find(id);
  if (p) {
    struct timer_times before;
    times_of(p, &before);
    if (old) {
      *old = before;
    }
    withdraw(p);
    p->overrun = p->last_overrun = 0;
    arm(p, expires, expires == DEADLINE_NONE ? 0 : interval);
  }
  threads_unlock();
  if (!p) {
    return -EINVAL;
  }
  timers_changed();
  return 0;
}

int process_timer_get(int id, struct timer_times *times) {
  threads_lock();
  struct process_timer *p = find(id);
  if (p) {
    times_of(p, times);
  }
  threads_unlock();
  return p ? 0 : -EINVAL;
}

int process_timer_overrun(int id) {
  threads_lock();
  struct process_timer *p = find(id);
  int overrun = p ? p->last_overrun : -EINVAL;
  threads_unlock();
  return overrun;
}

int process_timer_delete(int id) {
  threads_lock();
  struct process_timer *p = find(id);
  if (p) {
    struct process_timer **link = &first;
    while (*link != p) {
      link = &(*link)->next;
    }
    *link = p->next;
    withdraw(p);
  }
  threads_unlock();
  if (!p) {
    return -EINVAL;
  }
  kmem_free(p, sizeof *p);
  timers_changed();
  return 0;
}

static const struct thread_timer_ops ops = {
  .next = next_for,
  .fire = process_timers_fire,
};

static __attribute__((constructor)) void install(void) {
  loop_timer_init(&loop_timer, fire_from_loop);
  loop_work_init(&set_work, set_loop_timer);
  thread_timers = &ops;
  host_timers_begin();
}
