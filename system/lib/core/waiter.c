/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Waiters. The state word goes IDLE -> ASLEEP or SUSPENDED -> WOKEN, or straight from IDLE to
 * WOKEN when the wake comes first.
 */
#include "waiter.h"

#include <errno.h>
#include <stddef.h>

#include "host.h"

#if EMWAKE_THREADS

#include <stdatomic.h>

static int swap_state(struct waiter *w, int state) {
  return atomic_exchange(&w->state, state);
}

static int change_state(struct waiter *w, int from, int to) {
  return atomic_compare_exchange_strong(&w->state, &from, to);
}

/*
 * To fall asleep and be woken costs more than many a wait lasts: a thread whose sleeps turn out to
 * be that short looks out for its wake for a while before it sleeps. What it may spend on that goes
 * down fast when it was in vain, and to nothing.
 */
#define MAX_SPINS 2000
#define SHORT_SLEEP_NS 40000

static _Thread_local int spins;

/* Returns true if w has been woken meanwhile. */
static bool spin(struct waiter *w) {
  for (int i = 0; i < spins; i++) {
    if (atomic_load_explicit(&w->state, memory_order_relaxed) == WAITER_WOKEN) {
      return true;
    }
  }
  return false;
}

static void learn_from_sleep(int64_t ns) {
  spins = ns >= SHORT_SLEEP_NS ? spins / 4 : spins < MAX_SPINS / 2 ? spins * 2 + 50 : MAX_SPINS;
}

static int sleep_on_word(struct waiter *w, deadline_t deadline) {
  if (spin(w) || !change_state(w, WAITER_IDLE, WAITER_ASLEEP)) {
    return 0;
  }
  int64_t begin = host_now();
  int err = host_wait(w, WAITER_ASLEEP, deadline);
  learn_from_sleep(host_now() - begin);
  return err;
}

/* Of the calling thread; NULL: wakes are made at once. */
static _Thread_local struct wake_batch *batch;

void wake_batch_begin(struct wake_batch *b) {
  b->count = 0;
  b->nested = batch;
  if (!b->nested) {
    batch = b;
  }
}

void wake_batch_end(struct wake_batch *b) {
  if (b->nested) {
    return;
  }
  batch = NULL;
  for (int i = 0; i < b->count; i++) {
    host_wake(b->wakes[i].waiter, b->wakes[i].how);
  }
}

static void make_wake(struct waiter *w, int how) {
  if (batch && batch->count < WAKE_BATCH) {
    batch->wakes[batch->count].waiter = w;
    batch->wakes[batch->count++].how = how;
  } else {
    host_wake(w, how);
  }
}

#else

static int swap_state(struct waiter *w, int state) {
  int old = w->state;
  w->state = state;
  return old;
}

static int change_state(struct waiter *w, int from, int to) {
  if (w->state != from) {
    return 0;
  }
  w->state = to;
  return 1;
}

void wake_batch_begin(struct wake_batch *b) {
  (void)b;
}

void wake_batch_end(struct wake_batch *b) {
  (void)b;
}

static void make_wake(struct waiter *w, int how) {
  host_wake(w, how);
}

static int sleep_on_word(struct waiter *w, deadline_t deadline) {
  return change_state(w, WAITER_IDLE, WAITER_ASLEEP) ? host_wait(w, WAITER_ASLEEP, deadline) : 0;
}

#endif

void waiter_init(struct waiter *w) {
  w->state = WAITER_IDLE;
}

bool waiter_wake(struct waiter *w) {
  int old = swap_state(w, WAITER_WOKEN);
  if (old == WAITER_ASLEEP || old >= WAITER_SUSPENDED) {
    make_wake(w, old);
  }
  return old != WAITER_WOKEN;
}

int waiter_sleep(struct waiter *w, deadline_t deadline) {
  int err = 0;
  int how = host_how_to_sleep();
  if (how == WAITER_ASLEEP) {
    err = sleep_on_word(w, deadline);
  } else if (change_state(w, WAITER_IDLE, how)) {
    err = host_wait(w, how, deadline);
  }
  /* A wake that raced with the deadline counts as a wake: the caller derives anyway. */
  if (swap_state(w, WAITER_IDLE) == WAITER_WOKEN) {
    return 0;
  }
  return err;
}

int (*waiter_task_hook)(struct waiter *w, deadline_t deadline);
PER_THREAD bool waiter_task_expired;

int waiter_wait_quietly(struct waiter *w, deadline_t deadline) {
  return waiter_task_hook ? waiter_task_hook(w, deadline) : waiter_sleep(w, deadline);
}

bool waiter_timed_out(int err) {
  return err == -ETIMEDOUT && !waiter_task_expired;
}

int (*waiter_signal_hook)(struct waiter *w, deadline_t deadline);

int waiter_wait(struct waiter *w, deadline_t deadline) {
  return waiter_signal_hook ? waiter_signal_hook(w, deadline) : waiter_wait_quietly(w, deadline);
}

int waiter_interrupted(void) {
  return waiter_signal_hook ? waiter_signal_hook(NULL, 0) : 0;
}

int waiter_wait_until(struct waiter *w, deadline_t deadline, deadline_t change) {
  if (change >= deadline) {
    return waiter_wait(w, deadline);
  }
  int err = waiter_wait(w, change);
  if (err != -ETIMEDOUT || host_now() >= change) {
    return err == -ETIMEDOUT ? 0 : err;
  }
  /* The task's deadline; or nobody can sleep here, so that a time-out passes at once, and nothing
     changes meanwhile. */
  return waiter_wait(w, deadline);
}

void (*waiter_pass_hook)(void);

void waiter_pass(void) {
  if (waiter_pass_hook) {
    waiter_pass_hook();
  }
}

deadline_t deadline_after(int64_t ns) {
  if (ns < 0) {
    return DEADLINE_NONE;
  }
  int64_t now = host_now();
  return ns > DEADLINE_NONE - now ? DEADLINE_NONE : now + ns;
}
