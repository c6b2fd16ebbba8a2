/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * How a caller sleeps in each kind of build (core/host.h):
 *
 *   any thread but the runtime's main one   a futex in shared memory
 *   a stack that can be suspended           the suspending import emwake_suspend (JSPI, Asyncify)
 *   the main thread of a -pthread build     a futex, serving proxied work meanwhile, where the
 *                                           main thread may block (Node, a worker)
 *   everything else                         cannot: EDEADLK, or time-out at once if there is one
 */
#define _GNU_SOURCE /* PTHREAD_CANCEL_MASKED */
#include <emscripten.h>
#include <emscripten/stack.h>
#include <emscripten/threading.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>

#include "clock.h"
#include "context.h"
#include "emwake_js.h"
#include "host.h"
#include "host_sleep.h"
#include "run_queue.h"

#if EMWAKE_THREADS
#include <pthread.h>
#include <stdatomic.h>

#include "proxy.h"

/* Part of the runtime, without a public declaration (threading_internal.h). */
extern int _emscripten_thread_supports_atomics_wait(void);
#endif

/* Restores the shadow-stack pointer; part of compiler-rt (stack_ops.S). */
extern void _emscripten_stack_restore(void *sp);

int64_t host_now(void) {
  return nanoseconds(emscripten_get_now());
}

/* ---- Which stack is running -------------------------------------------------------------------- */

/*
 * Under JSPI a suspending import traps unless a promising export entered the stack: only what runs
 * in a context may suspend, and a wait that is asked for anywhere else answers with an error.
 */
_Thread_local struct context *emwake_context_running;

static int can_suspend(void) {
  struct context *c = emwake_context_running;
  return c && !c->ended ? EMWAKE_CAN_SUSPEND : emwake_can_suspend();
}

/* ---- Sleeping ---------------------------------------------------------------------------------- */

static double milliseconds_until(deadline_t deadline) {
  if (deadline == DEADLINE_NONE) {
    return INFINITY;
  }
  double ms = (double)(deadline - host_now()) / 1e6;
  return ms > 0 ? ms : 0;
}

/* What the sleeps below say of time may be a little early: then it is a spurious wake. */
static int in_time(int err, deadline_t deadline) {
  return err == -ETIMEDOUT && host_now() < deadline ? 0 : err;
}

/* How the running stack sleeps if it is suspended: by the number of its context, for a context waits
   for one thing at a time. Asyncify suspends one stack at a time. */
static int suspended_as(void) {
  return WAITER_SUSPENDED + (emwake_context_running ? emwake_context_running->number : 0);
}

static int sleep_suspended(int how, deadline_t deadline) {
  int number = how - WAITER_SUSPENDED;
  double ms = deadline == DEADLINE_NONE ? -1 : milliseconds_until(deadline);
  struct context *c = emwake_context_running;
  if (c) {
    int err = emwake_suspend(number, ms, !c->background);
    emwake_context_back(c);
    return in_time(err, deadline);
  }
  /* Asyncify: one stack that can be unwound, and no context to put its pointer back. */
  void *sp = (void *)emscripten_stack_get_current();
  int err = emwake_suspend(number, ms, true);
  _emscripten_stack_restore(sp);
  return in_time(err, deadline);
}

bool (*emwake_run_queue_hook)(int number);

static void resume_suspended(int how) {
  int number = how - WAITER_SUSPENDED;
  if (emwake_run_queue_hook) {
    emwake_run_queue_hook(number);
  } else {
    emwake_resume(number);
  }
}

/* No way to sleep here. A finite time-out passes at once, as in stock Emscripten. */
static int cannot_sleep(deadline_t deadline, int why) {
  if (deadline != DEADLINE_NONE && why == EMWAKE_NO_FLAG) {
    return -ETIMEDOUT;
  }
  emwake_explain(why);
  return -EDEADLK;
}

static bool is_main(void) {
#if EMWAKE_THREADS
  return emscripten_is_main_runtime_thread();
#else
  return true;
#endif
}

bool host_never_waits(void) {
  return is_main() && can_suspend() == EMWAKE_NO_FLAG;
}

#if EMWAKE_THREADS

/*
 * The runtime's futex acts on a cancellation (pthread_cancel), which would end the thread while its
 * listeners are in queues. In the state "masked" it says ECANCELED instead; but it looks only after
 * it has slept, and the wake of a cancellation that came before may be gone. A futex whose
 * word has another value says it at once.
 */
static int futex_wait(struct waiter *w, double ms) {
  static _Atomic int zero;
  int state;
  pthread_setcancelstate(PTHREAD_CANCEL_MASKED, &state);
  if (state == PTHREAD_CANCEL_DISABLE) {
    pthread_setcancelstate(state, NULL);
    return emscripten_futex_wait(&w->state, WAITER_ASLEEP, ms);
  }
  int r = emscripten_futex_wait(&zero, 1, 0);
  if (r != -ECANCELED) {
    r = emscripten_futex_wait(&w->state, WAITER_ASLEEP, ms);
  }
  /* Whoever has masked it himself gets ECANCELED once. */
  bool acts_once = r == -ECANCELED && state == PTHREAD_CANCEL_MASKED;
  pthread_setcancelstate(acts_once ? PTHREAD_CANCEL_DISABLE : state, NULL);
  return r;
}

static int sleep_on_futex(struct waiter *w, deadline_t deadline) {
  int r = futex_wait(w, milliseconds_until(deadline));
  return r == -ETIMEDOUT ? in_time(r, deadline) : r == -ECANCELED ? r : 0;
}

bool emwake_can_await_events(void) {
  return !is_main() || can_suspend() == EMWAKE_CAN_SUSPEND;
}

int host_how_to_sleep(void) {
  bool suspends = is_main() && can_suspend() == EMWAKE_CAN_SUSPEND;
  return suspends ? suspended_as() : WAITER_ASLEEP;
}

/* Where main has no stack to suspend it may be let block instead. */
static bool can_block(int why) {
  return why == EMWAKE_NO_FLAG && _emscripten_thread_supports_atomics_wait();
}

bool host_can_wait(void) {
  int why = is_main() ? can_suspend() : EMWAKE_CAN_SUSPEND;
  return why == EMWAKE_CAN_SUSPEND || can_block(why);
}

int host_wait(struct waiter *w, int how, deadline_t deadline) {
  if (how >= WAITER_SUSPENDED) {
    return sleep_suspended(how, deadline);
  }
  if (!is_main()) {
    return sleep_on_futex(w, deadline);
  }
  int why = can_suspend();
  if (can_block(why)) {
    return sleep_on_futex(w, deadline);
  }
  return cannot_sleep(deadline, why);
}

static void resume_on_main(void *how) {
  resume_suspended((int)(intptr_t)how);
}

void host_wake(struct waiter *w, int how) {
  if (how == WAITER_ASLEEP) {
    emscripten_futex_wake(&w->state, 1);
  } else if (is_main()) {
    resume_suspended(how);
  } else {
    proxy_async(emscripten_main_runtime_thread_id(), resume_on_main, (void *)(intptr_t)how);
  }
}

void host_lock_wait(_Atomic int *word, int value) {
  if (_emscripten_thread_supports_atomics_wait()) {
    __builtin_wasm_memory_atomic_wait32((int *)word, value, -1);
  }
}

void host_lock_wake(_Atomic int *word) {
  __builtin_wasm_memory_atomic_notify((int *)word, 1);
}

#else

bool emwake_can_await_events(void) {
  return can_suspend() == EMWAKE_CAN_SUSPEND;
}

int host_how_to_sleep(void) {
  return suspended_as();
}

bool host_can_wait(void) {
  return can_suspend() == EMWAKE_CAN_SUSPEND;
}

int host_wait(struct waiter *w, int how, deadline_t deadline) {
  (void)w;
  int why = can_suspend();
  return why == EMWAKE_CAN_SUSPEND ? sleep_suspended(how, deadline) : cannot_sleep(deadline, why);
}

void host_wake(struct waiter *w, int how) {
  (void)w;
  resume_suspended(how);
}

#endif
