/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A queue of work and a heap of timers per thread.
 *
 * A loop is thread-local, and others post to it. They do so only for a member (a listener of the
 * member's calls event_loop_post), so when the thread has ended its members nobody knows the loop
 * any more.
 */
#include "event_loop.h"

#include <errno.h>

#include "host.h"
#include "kmem.h"

struct event_loop {
#if EMWAKE_THREADS
  pthread_t thread; /* set before anything is posted: loop_work_init runs on the thread itself */
  _Atomic int doorbell;
#endif
  /* Of all threads, and atomic: what has been posted, the last one first, and whether the host has
     been asked for a turn. The rest belongs to the loop's own. */
  struct loop_work *incoming;
  bool scheduled;
  struct loop_work *head, *tail;
  int count;
  int turn; /* how many, from head on, are of the turn that runs */
  struct deadline_heap timers;
  struct loop_member *members;
  bool watched; /* end_members() will run */
};

static PER_THREAD struct event_loop this_loop;

struct event_loop *event_loop_current(void) {
#if EMWAKE_THREADS
  if (!this_loop.thread) { /* written once: who posts from another thread reads it */
    this_loop.thread = pthread_self();
  }
#endif
  return &this_loop;
}

#if EMWAKE_THREADS
pthread_t event_loop_thread(const struct event_loop *loop) {
  return loop->thread;
}

_Atomic int *event_loop_doorbell(struct event_loop *loop) {
  return &loop->doorbell;
}
#endif

/* ---- The end of a thread ----------------------------------------------------------------------- */

#if EMWAKE_THREADS

static pthread_key_t thread_end;
static pthread_once_t thread_end_once = PTHREAD_ONCE_INIT;
static int thread_end_error;

/* Destructors of other keys may add members after this; then it is called again. */
static void end_members(void *value) {
  struct event_loop *loop = value;
  while (loop->members) {
    loop->members->end(loop->members);
  }
  deadline_heap_free(&loop->timers);
  loop->watched = false;
  __atomic_store_n(&loop->scheduled, false,
                   __ATOMIC_SEQ_CST); /* what the host has been asked for goes with it */
  host_loop_end(loop);
}

static void make_thread_end(void) {
  thread_end_error = pthread_key_create(&thread_end, end_members);
}

static int watch_thread_end(struct event_loop *loop) {
  pthread_once(&thread_end_once, make_thread_end);
  if (thread_end_error || pthread_setspecific(thread_end, loop)) {
    return -ENOMEM;
  }
  loop->watched = true;
  host_loop_begin(loop);
  return 0;
}

#else

static int watch_thread_end(struct event_loop *loop) {
  loop->watched = true;
  return 0;
}

#endif

int event_loop_add_member(struct loop_member *m, void (*end)(struct loop_member *m)) {
  struct event_loop *loop = event_loop_current();
  if (!loop->watched && watch_thread_end(loop) != 0) {
    return -ENOMEM;
  }
  *m = (struct loop_member){.next = loop->members, .end = end};
  if (loop->members) {
    loop->members->prev = m;
  }
  loop->members = m;
  return 0;
}

void event_loop_remove_member(struct loop_member *m) {
  if (m->prev) {
    m->prev->next = m->next;
  } else {
    event_loop_current()->members = m->next;
  }
  if (m->next) {
    m->next->prev = m->prev;
  }
}

/* ---- Work -------------------------------------------------------------------------------------- */

void loop_work_init(struct loop_work *w, void (*run)(struct loop_work *w)) {
  *w = (struct loop_work){.loop = event_loop_current(), .run = run};
}

static void schedule(struct event_loop *loop) {
  if (!__atomic_exchange_n(&loop->scheduled, true, __ATOMIC_SEQ_CST)) {
    host_schedule(loop);
  }
}

/* Without a lock: a thread that lost its core with it would hold up the loop. */
void event_loop_post(struct loop_work *w) {
  struct event_loop *loop = w->loop;
  if (__atomic_exchange_n(&w->queued, true, __ATOMIC_SEQ_CST)) {
    return;
  }
  w->next = __atomic_load_n(&loop->incoming, __ATOMIC_RELAXED);
  while (!__atomic_compare_exchange_n(&loop->incoming, &w->next, w, true, __ATOMIC_SEQ_CST,
                                      __ATOMIC_RELAXED)) {
  }
  schedule(loop);
}

static struct loop_work *reverse(struct loop_work *list) {
  struct loop_work *reversed = NULL;
  while (list) {
    struct loop_work *next = list->next;
    list->next = reversed;
    reversed = list;
    list = next;
  }
  return reversed;
}

/* Moves what has been posted to the end of the queue. */
static void take_in(struct event_loop *loop) {
  struct loop_work *w = reverse(__atomic_exchange_n(&loop->incoming, NULL, __ATOMIC_SEQ_CST));
  if (!w) {
    return;
  }
  if (loop->tail) {
    loop->tail->next = w;
  } else {
    loop->head = w;
  }
  for (; w; w = w->next) {
    loop->tail = w;
    loop->count++;
  }
}

/* w is in the queue. */
static void unlink_work(struct event_loop *loop, struct loop_work *w) {
  struct loop_work *before = NULL;
  int place = 0;
  for (struct loop_work *i = loop->head; i != w; i = i->next) {
    before = i;
    place++;
  }
  if (before) {
    before->next = w->next;
  } else {
    loop->head = w->next;
  }
  if (loop->tail == w) {
    loop->tail = before;
  }
  loop->count--;
  loop->turn -= place < loop->turn;
  __atomic_store_n(&w->queued, false, __ATOMIC_SEQ_CST);
}

void event_loop_cancel(struct loop_work *w) {
  if (__atomic_load_n(&w->queued, __ATOMIC_SEQ_CST)) {
    take_in(w->loop);
    unlink_work(w->loop, w);
  }
}

int event_loop_turn(void) {
  struct event_loop *loop = event_loop_current();
  /* In this order: what is posted after it asks for another turn. */
  __atomic_store_n(&loop->scheduled, false, __ATOMIC_SEQ_CST);
  take_in(loop);
  return loop->turn = loop->count;
}

static struct loop_work *take(struct event_loop *loop) {
  struct loop_work *w = loop->turn ? loop->head : NULL;
  if (w) {
    unlink_work(loop, w);
    if (loop->head) {
      schedule(loop); /* even if w never returns: it may exit or throw */
    }
  }
  return w;
}

void event_loop_step(void) {
  struct loop_work *w = take(event_loop_current());
  if (w) {
    w->run(w);
  }
}

/* ---- Timers ------------------------------------------------------------------------------------ */

void loop_timer_init(struct loop_timer *t, void (*fire)(struct loop_timer *t)) {
  *t = (struct loop_timer){.loop = event_loop_current(), .fire = fire};
}

static void set_alarm(struct event_loop *loop, deadline_t before) {
  deadline_t earliest = deadline_heap_earliest(&loop->timers);
  if (earliest != before) {
    host_set_alarm(earliest);
  }
}

int loop_timer_set(struct loop_timer *t, deadline_t deadline) {
  struct event_loop *loop = t->loop;
  deadline_t before = deadline_heap_earliest(&loop->timers);
  int err = deadline_heap_reserve(&loop->timers, loop->timers.count + !t->entry.index);
  if (err) {
    deadline_heap_remove(&loop->timers, &t->entry);
  } else {
    deadline_heap_set(&loop->timers, &t->entry, deadline);
  }
  set_alarm(loop, before);
  return err;
}

void loop_timer_cancel(struct loop_timer *t) {
  struct event_loop *loop = t->loop;
  deadline_t before = deadline_heap_earliest(&loop->timers);
  deadline_heap_remove(&loop->timers, &t->entry);
  set_alarm(loop, before);
}

void event_loop_timers(void) {
  struct event_loop *loop = event_loop_current();
  int64_t now = host_now();
  deadline_t deadline;
  struct deadline_entry *e;
  while ((e = deadline_heap_take(&loop->timers, now, &deadline))) {
    struct loop_timer *t = (struct loop_timer *)((char *)e - offsetof(struct loop_timer, entry));
    t->fire(t);
  }
  host_set_alarm(deadline_heap_earliest(&loop->timers));
}
