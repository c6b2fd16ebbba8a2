/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The threads of the program and where each of them waits, so that a signal or an interrupt ends
 * exactly the wait that it is for. Linked only into programs that use signals or
 * <emscripten/interrupt.h>: it sets waiter_signal_hook and syscall_exit_hook before main.
 *
 * A thread may have several waits at once: stacks that are suspended. The one that was suspended last
 * is the one that ends.
 *
 * One lock, threads_lock, holds for the threads, their signals and the timers of the process. In the
 * order of locks (lock.h) it is the state of a node: the wait queues and event loops come after it.
 */
#ifndef EMWAKE_CORE_THREAD_H
#define EMWAKE_CORE_THREAD_H

#include <stdbool.h>
#include <sys/types.h>

#include "event_loop.h"
#include "lock.h"
#include "signal_queue.h"
#include "syscall_exit.h"
#include "waiter.h"

#if EMWAKE_THREADS
#include <pthread.h>
#endif

/* Why a thread is to end its wait. */
enum {
  ATTENTION_SIGNAL = 1,
  ATTENTION_INTERRUPT = 2,
};

/* The signals of a thread; signal.c alone looks into it. */
struct thread_signals {
  sigmask_t blocked;
  sigmask_t blocked_before_wait; /* while in sigtimedwait: what was blocked when it was called */
  bool here;                     /* raised by the running stack, to be delivered on it */
  struct signal_queue pending;
};

/* A wait of a thread, on the stack that waits. */
struct thread_wait {
  struct waiter *waiter;
  struct thread_wait *next;
};

struct thread {
  struct thread *next, *prev; /* in the order in which they began, main first */
  int id;                     /* never that of another thread */
  pid_t tid;                  /* gettid(2) */
#if EMWAKE_THREADS
  pthread_t handle;
  _Atomic int attention; /* changed with the lock held */
#else
  int attention;
#endif
  bool helper;                  /* runs the event loop for the program, and no code of it */
  int fatal;                    /* the signal that ends the program when work runs */
  struct thread_wait *sleepers; /* the last one first */
  struct loop_work work;        /* delivers from the event loop */
  struct loop_member member;
  struct thread_signals signals;
};

void threads_lock(void);
void threads_unlock(void);

/* The calling thread, which is registered by its first call at the latest. */
struct thread *thread_current(void);

/* ---- With the lock held -------------------------------------------------------------------------- */

struct thread *thread_first(void);
struct thread *thread_by_id(int id);
struct thread *thread_by_tid(pid_t tid);

/* Ends the wait of t, or its next one, for the reason why. A thread that is in no wait attends to
   signals from its event loop, unless it comes to the end of a system call first. */
void thread_kick(struct thread *t, int why);

/* ---------------------------------------------------------------------------------------------------- */

/* The calling thread attends to its signals from its event loop: for callers that the event loop
   has called, in whose stack no code of the program can run. */
void thread_attend_later(void);

#if EMWAKE_THREADS
/* A thread that has been created and has not begun: it inherits the signal mask of the caller, and
   may be sent signals. Returns 0 or -ENOMEM. Nothing if it is known. */
int thread_created(pthread_t handle);

/* It could not be created after all. */
void thread_not_created(pthread_t handle);

/* The calling thread begins; signals that wait for it are delivered. */
void thread_begin(void);

/* With the lock held: finds a thread, or the queue and the mask of one that has not begun. */
struct thread *thread_by_handle(pthread_t handle);
struct signal_queue *thread_queue_before_begin(pthread_t handle);
#endif

/* ---- What signal.c adds -------------------------------------------------------------------------- */

enum delivery {
  DELIVERED_NOTHING,
  DELIVERED_RESTARTS, /* the handler of the first signal has SA_RESTART */
  DELIVERED_INTERRUPTS,
};

struct thread_signal_ops {
  /* With the lock held: whether t has a signal to deliver. */
  bool (*deliverable)(struct thread *t);
  /* On the calling thread t, without the lock: puts the mask back, and runs handlers. ended: a call
     was interrupted; here: this is the stack to run them on. */
  enum delivery (*deliver)(struct thread *t, bool ended, bool here, struct mask_to_restore *m);
  /* With the lock held: t ends. */
  void (*leave)(struct thread *t);
};

/* NULL in a program that uses no signals. */
extern const struct thread_signal_ops *thread_signals;

/* What signal_timer.c adds: a thread that sleeps on a futex sees to the timers that are for it.
   NULL in a program without timers. */
struct thread_timer_ops {
  deadline_t (*next)(struct thread *t); /* with the lock held */
  void (*fire)(void);
};

extern const struct thread_timer_ops *thread_timers;

/* What task/task_interrupt.c adds: whether the running task was interrupted, which it is no more. NULL
   in a program that interrupts no tasks. */
extern bool (*thread_task_interrupted)(void);

#endif
