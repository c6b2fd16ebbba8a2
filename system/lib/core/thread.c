/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The registry of threads, their waits, and the points at which they attend to signals and interrupts.
 */
#include "thread.h"

#include <errno.h>
#include <stddef.h>

#include "host.h"
#include "host_signal.h"
#include "kmem.h"

const struct thread_signal_ops *thread_signals;
const struct thread_timer_ops *thread_timers;
bool (*thread_task_interrupted)(void);

static struct lock lock;
static struct thread *first, *last;
static int ids;

static PER_THREAD struct thread self;

void threads_lock(void) {
  lock_acquire(&lock);
}

void threads_unlock(void) {
  lock_release(&lock);
}

/* ---- Beginning and end ------------------------------------------------------------------------- */

static void attend_from_loop(struct loop_work *w) {
  struct thread *t = &self;
  (void)w;
  if (t->fatal) {
    host_terminate(t->fatal);
  }
  if (!t->sleepers && thread_signals) {
    thread_signals->deliver(t, false, true, NULL);
  }
}

/* The lock is held. */
static void join(struct thread *t) {
  t->prev = last;
  *(last ? &last->next : &first) = t;
  last = t;
}

/* The lock is held. */
static void leave(struct thread *t) {
  *(t->prev ? &t->prev->next : &first) = t->next;
  *(t->next ? &t->next->prev : &last) = t->prev;
}

/* A destructor of the thread that runs later registers it anew. */
static void end(struct loop_member *m) {
  threads_lock();
  leave(&self);
  if (thread_signals) {
    thread_signals->leave(&self);
  }
  threads_unlock();
  event_loop_cancel(&self.work);
  event_loop_remove_member(m);
  self = (struct thread){0};
}

#if EMWAKE_THREADS

struct birth {
  struct birth *next;
  pthread_t handle;
  sigmask_t blocked;
  struct signal_queue pending;
};

static struct birth *births;

static struct birth **find_birth(pthread_t handle) {
  struct birth **link = &births;
  while (*link && !pthread_equal((*link)->handle, handle)) {
    link = &(*link)->next;
  }
  return link;
}

int thread_created(pthread_t handle) {
  struct thread *creator = thread_current();
  struct birth *b = kmem_alloc(sizeof *b);
  if (!b) {
    return -ENOMEM;
  }
  threads_lock();
  bool known = *find_birth(handle);
  if (!known) {
    *b = (struct birth){.next = births, .handle = handle, .blocked = creator->signals.blocked};
    births = b;
  }
  threads_unlock();
  if (known) {
    kmem_free(b, sizeof *b);
  }
  return 0;
}

/* The lock is held. The caller frees what it returns. */
static struct birth *take_birth(pthread_t handle) {
  struct birth **link = find_birth(handle);
  struct birth *b = *link;
  if (b) {
    *link = b->next;
  }
  return b;
}

void thread_not_created(pthread_t handle) {
  threads_lock();
  struct birth *b = take_birth(handle);
  if (b) {
    signal_queue_flush(&b->pending, ~(sigmask_t)0);
  }
  threads_unlock();
  kmem_free(b, sizeof *b);
}

/* The lock is held. */
static struct birth *inherit(struct thread *t) {
  struct birth *b = take_birth(t->handle);
  if (b) {
    t->signals.blocked = b->blocked;
    signal_queue_move(&t->signals.pending, &b->pending);
    if (thread_signals && thread_signals->deliverable(t)) {
      t->attention |= ATTENTION_SIGNAL;
    }
  }
  return b;
}

struct thread *thread_by_handle(pthread_t handle) {
  struct thread *t = first;
  while (t && !pthread_equal(t->handle, handle)) {
    t = t->next;
  }
  return t;
}

struct signal_queue *thread_queue_before_begin(pthread_t handle) {
  struct birth *b = *find_birth(handle);
  return b ? &b->pending : NULL;
}

#endif

static void begin(struct thread *t) {
  loop_work_init(&t->work, attend_from_loop);
  t->tid = host_tid();
  t->helper = host_is_helper();
#if EMWAKE_THREADS
  t->handle = pthread_self();
#endif
  bool ends = event_loop_add_member(&t->member, end) == 0;
  threads_lock();
  t->id = ++ids;
#if EMWAKE_THREADS
  struct birth *b = inherit(t);
#endif
  if (ends) { /* else nobody could take it out */
    join(t);
  }
  threads_unlock();
#if EMWAKE_THREADS
  kmem_free(b, sizeof *b);
#endif
}

struct thread *thread_current(void) {
  if (!self.id) {
    begin(&self);
  }
  return &self;
}

#if EMWAKE_THREADS
void thread_begin(void) {
  thread_current();
  syscall_exit();
}
#endif

/* ---- Who there is -------------------------------------------------------------------------------- */

struct thread *thread_first(void) {
  return first;
}

struct thread *thread_by_id(int id) {
  struct thread *t = first;
  while (t && t->id != id) {
    t = t->next;
  }
  return t;
}

struct thread *thread_by_tid(pid_t tid) {
  struct thread *t = first;
  while (t && (t->tid != tid || t->helper)) {
    t = t->next;
  }
  return t;
}

/* ---- Waiting ------------------------------------------------------------------------------------- */

void thread_kick(struct thread *t, int why) {
  t->attention |= why;
  if (t->sleepers) {
    waiter_wake(t->sleepers->waiter);
  } else if (why == ATTENTION_SIGNAL && t != &self) {
    event_loop_post(&t->work);
  }
}

void thread_attend_later(void) {
  if (self.id && (self.fatal || (self.attention & ATTENTION_SIGNAL))) {
    event_loop_post(&self.work);
  }
}

/* The lock is held. */
static bool is_to_end(struct thread *t) {
  if (!t->attention) {
    return false;
  }
  if ((t->attention & ATTENTION_SIGNAL) && !thread_signals->deliverable(t)) {
    t->attention &= ~ATTENTION_SIGNAL; /* another thread took it */
  }
  return t->attention;
}

static void unlink_sleeper(struct thread *t, struct thread_wait *s) {
  struct thread_wait **link = &t->sleepers;
  while (*link != s) {
    link = &(*link)->next;
  }
  *link = s->next;
}

/* Those who are suspended leave the timers to the event loop. */
static deadline_t bound_by_timers(struct thread *t, deadline_t deadline) {
  if (!thread_timers || host_how_to_sleep() != WAITER_ASLEEP) {
    return deadline;
  }
  deadline_t next = thread_timers->next(t);
  return next < deadline ? next : deadline;
}

/* Takes the place of waiter_wait(). Ends at once with -EINTR while the thread has something to
   attend to. */
static int wait_attentively(struct waiter *w, deadline_t deadline) {
  struct thread *t = thread_current();
  struct thread_wait s = {.waiter = w};
  if (!w && !t->attention) {
    return 0;
  }
  threads_lock();
  bool ends = is_to_end(t);
  deadline_t bound = deadline;
  if (!ends && w) {
    bound = bound_by_timers(t, deadline);
    s.next = t->sleepers;
    t->sleepers = &s;
  }
  threads_unlock();
  if (ends || !w) {
    return ends ? -EINTR : 0;
  }
  int err = waiter_wait_quietly(w, bound);
  threads_lock();
  unlink_sleeper(t, &s);
  ends = err && is_to_end(t);
  threads_unlock();
  if (err == -ETIMEDOUT && bound < deadline) {
    thread_timers->fire();
    return 0;
  }
  return ends ? -EINTR : err;
}

/* ---- The end of a system call ------------------------------------------------------------------ */

/* Of the thread, or of the task that runs on it. The lock is not held. */
static bool take_interrupt(struct thread *t) {
  bool of_task = thread_task_interrupted && thread_task_interrupted();
  threads_lock();
  bool interrupted = t->attention & ATTENTION_INTERRUPT;
  t->attention &= ~ATTENTION_INTERRUPT;
  threads_unlock();
  return interrupted || of_task;
}

/* The call may have unblocked a signal. */
static void wake_sleeper(struct thread *t) {
  threads_lock();
  if (t->attention) {
    thread_kick(t, t->attention);
  }
  threads_unlock();
}

/*
 * While a stack of the thread is suspended in a wait, that is where its signals are delivered, and
 * not in a callback that happens to make a system call meanwhile.
 */
static bool leave_syscall(ssize_t *r, struct mask_to_restore *m) {
  struct thread *t = thread_current();
  bool ended = *r == -EINTR || *r == -ERESTARTSYS || *r == -ERESTARTNOHAND;
  if (!ended && !t->attention && !(m && m->restores)) {
    return false;
  }
  bool interrupted = ended && take_interrupt(t);
  bool here = ended || !t->sleepers || t->signals.here;
  enum delivery how = DELIVERED_NOTHING;
  if (thread_signals) {
    how = thread_signals->deliver(t, ended, here, m);
  }
  if (!here) {
    wake_sleeper(t);
  }
  if (!ended) {
    return false;
  }
  bool restarts = how == DELIVERED_NOTHING    ? *r != -EINTR
                  : how == DELIVERED_RESTARTS ? *r == -ERESTARTSYS
                                              : false;
  if (restarts && !interrupted) {
    return true;
  }
  *r = -EINTR;
  return false;
}

static __attribute__((constructor)) void install(void) {
  thread_current();
  waiter_signal_hook = wait_attentively;
  syscall_exit_hook = leave_syscall;
}
