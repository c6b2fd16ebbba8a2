/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Work for the host's event loop: what a listener may not do itself (run user code) is posted here
 * and runs from a clean stack, in the order in which it was posted. Each thread has its own loop.
 *
 * One turn runs what was queued when it began; what is posted meanwhile waits for the next, so that
 * a descriptor that is always ready starves neither the others nor the host.
 */
#ifndef EMWAKE_CORE_EVENT_LOOP_H
#define EMWAKE_CORE_EVENT_LOOP_H

#include <stdbool.h>
#include <stddef.h>

#include "deadline_heap.h"
#include "waiter.h"

#if EMWAKE_THREADS
#include <pthread.h>
#endif

struct event_loop;

struct loop_work {
  struct event_loop *loop;
  struct loop_work *next;
  bool queued; /* atomic */
  void (*run)(struct loop_work *w);
};

struct loop_timer {
  struct event_loop *loop;
  struct deadline_entry entry;
  void (*fire)(struct loop_timer *t); /* on the loop's thread; runs no user code */
};

/*
 * What lives on the loop of a thread, and so ends with it at the latest: a poll request, a listener
 * of an epoll instance. Only its own thread adds and removes it.
 */
struct loop_member {
  struct loop_member *next, *prev;
  /* The thread ends (or is cancelled). Takes the member out of everything, its works and timers
     included, and removes it; runs no user code. */
  void (*end)(struct loop_member *m);
};

/* The loop of the calling thread. */
struct event_loop *event_loop_current(void);

/* Adds m to the loop of the calling thread. Returns 0 or -ENOMEM. */
int event_loop_add_member(struct loop_member *m, void (*end)(struct loop_member *m));
void event_loop_remove_member(struct loop_member *m);

#if EMWAKE_THREADS
/* The thread that loop belongs to. */
pthread_t event_loop_thread(const struct event_loop *loop);

/* A word of the host's own, by which host_schedule() may call the thread. 0 at first. */
_Atomic int *event_loop_doorbell(struct event_loop *loop);
#endif

/* w runs on the loop of the thread that calls this. */
void loop_work_init(struct loop_work *w, void (*run)(struct loop_work *w));

/* Queues w unless it is queued already. From any thread; may be called by a listener. */
void event_loop_post(struct loop_work *w);

/* Takes w out of the queue if it is there. On the loop's thread, and nobody posts w meanwhile. */
void event_loop_cancel(struct loop_work *w);

void loop_timer_init(struct loop_timer *t, void (*fire)(struct loop_timer *t));

/* Sets or moves the timer. On the loop's thread. Returns 0 or -ENOMEM. */
int loop_timer_set(struct loop_timer *t, deadline_t deadline);
void loop_timer_cancel(struct loop_timer *t);

/*
 * For the host, on the loop's thread. event_loop_turn() begins a turn and returns how many works it
 * has; event_loop_step() runs the next one. If the turn leaves work behind, the host has been asked
 * for another. event_loop_timers() fires the timers that are due.
 */
int event_loop_turn(void);
void event_loop_step(void);
void event_loop_timers(void);

#endif
