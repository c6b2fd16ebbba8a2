/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A waiter: one party that sleeps until a listener wakes it. How it sleeps (a futex, a suspended
 * wasm stack) is the host's matter, see host.h.
 */
#ifndef EMWAKE_CORE_WAITER_H
#define EMWAKE_CORE_WAITER_H

#include <stdbool.h>
#include <stdint.h>

#include "lock.h"

/* A deadline on the monotonic clock in nanoseconds; DEADLINE_NONE waits without limit. */
typedef int64_t deadline_t;
#define DEADLINE_NONE INT64_MAX

enum waiter_state {
  WAITER_IDLE,   /* not woken, and nobody has to be told */
  WAITER_ASLEEP, /* a thread sleeps on the state word */
  WAITER_WOKEN,
  WAITER_SUSPENDED, /* this or greater: a stack is suspended, and the host knows it by that number */
};

struct waiter {
#if EMWAKE_THREADS
  _Atomic int state;
#else
  int state;
#endif
};

void waiter_init(struct waiter *w);

/* Wakes w; from any thread. Wakes are not counted: one that comes before the wait ends it. Returns
   whether w had not been woken yet. */
bool waiter_wake(struct waiter *w);

/*
 * The wakes that the calling thread makes between begin and end reach the host at the end: a thread
 * that runs at once would only meet the locks that the caller holds. Pairs nest; the outermost
 * counts.
 */
#define WAKE_BATCH 8

struct wake_batch {
#if EMWAKE_THREADS
  int count;
  bool nested;
  struct {
    struct waiter *waiter; /* may be gone: host_wake() */
    int how;
  } wakes[WAKE_BATCH];
#else
  char unused;
#endif
};

void wake_batch_begin(struct wake_batch *b);
void wake_batch_end(struct wake_batch *b);

/*
 * Sleeps until w is woken, and makes it ready for another round. Returns 0, or
 *   -ETIMEDOUT  the deadline has passed, or that of the task (waiter_timed_out() tells)
 *   -EINTR      the thread has a signal or an interrupt to attend to, and every further wait ends so
 *               until the system call has ended with it (syscall_exit.h)
 *   -ECANCELED  the thread is to be cancelled, or the task was: the caller lets go of what it holds
 *               and returns this
 *   -EDEADLK    this stack cannot wait in this build (the host has said why on the console)
 */
int waiter_wait(struct waiter *w, deadline_t deadline);

/* The same on something that is going to change by itself at the time change: then it returns 0 as
   well. */
int waiter_wait_until(struct waiter *w, deadline_t deadline, deadline_t change);

/* waiter_wait(), whatever the thread has to attend to. */
int waiter_wait_quietly(struct waiter *w, deadline_t deadline);

/* -EINTR if waiter_wait() would end at once with it, else 0. */
int waiter_interrupted(void);

/* True if err, of the waiter_wait() just before, says that the deadline of the call has passed: each
   call has its own answer to that. */
bool waiter_timed_out(int err);

/* A call that may wait did not have to. A task that never waits gives way to others here, now and
   then; so nothing may be held that they need. */
void waiter_pass(void);

/*
 * A wait has three layers: signals (core/thread.c), tasks (task/task.c), and the host's sleep. A
 * program without the upper ones carries none of them.
 */
#if EMWAKE_THREADS
#define PER_THREAD _Thread_local
#else
#define PER_THREAD
#endif
/* Ends with waiter_wait_quietly(). w NULL: waiter_interrupted(). */
extern int (*waiter_signal_hook)(struct waiter *w, deadline_t deadline);
/* Ends with waiter_sleep(). */
extern int (*waiter_task_hook)(struct waiter *w, deadline_t deadline);
extern PER_THREAD bool waiter_task_expired; /* the deadline that has passed was the task's */
extern void (*waiter_pass_hook)(void);
int waiter_sleep(struct waiter *w, deadline_t deadline);

/* now + ns, saturating; a negative ns means no limit. */
deadline_t deadline_after(int64_t ns);

#endif
