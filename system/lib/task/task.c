/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Tasks: a promising entry from the event loop, in a context from the pool. The scheduler is the
 * run queue (host/run_queue.c), and parking is that of every blocking call: a waiter. What tasks add
 * to it is in wait_in_task(): cancellation and the deadline.
 */
#define _GNU_SOURCE
#include "task.h"

#include <emscripten/threading.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "context_pool.h"
#include "emwake_js.h"
#include "host.h"
#include "kmem.h"

/* A call that finds what it wants costs less than a switch: after so many in a row, others run. */
#define PASSES 64

/* ---- The task of a context --------------------------------------------------------------------- */

static void put(struct em_task *t) {
  if (--t->refs == 0) {
    kmem_free(t->values, EM_TASK_KEYS * sizeof *t->values);
    kmem_free(t, sizeof *t);
  }
}

static void on_context_end(struct context *c) {
  struct em_task *t = c->task;
  c->task = NULL;
  c->name = NULL;
  put(t);
}

static void attach(struct em_task *t, struct context *c) {
  c->task = t;
  c->name = t->name;
  c->end_task = on_context_end;
}

static int wait_in_task(struct waiter *w, deadline_t deadline);
static void pass(void);

static struct em_task *task_new(const char *name) {
  struct em_task *t = kmem_zalloc(sizeof *t);
  if (t) {
    waiter_task_hook = wait_in_task;
    waiter_pass_hook = pass;
    strlcpy(t->name, name, sizeof t->name);
    t->refs = 1;
    t->deadline = DEADLINE_NONE;
  }
  return t;
}

/* main, and the calls of exports, become tasks when somebody asks. */
struct em_task *emwake_task_current(void) {
  struct context *c = emwake_context_running;
  if (!c || c->ended) {
    return NULL;
  }
  if (!c->task) {
    struct em_task *t = task_new(c->base ? "export" : "main");
    if (t) {
      t->detached = true;
      attach(t, c);
    }
  }
  return c->task;
}

em_task_t emscripten_task_self(void) {
  return emwake_task_current();
}

const char *emscripten_task_name(em_task_t t) {
  return t->name;
}

/* ---- Waiting ----------------------------------------------------------------------------------- */

deadline_t emwake_task_deadline(double ms) {
  return ms < 0 ? DEADLINE_NONE
                : deadline_after(ms * 1e6 < (double)INT64_MAX ? (int64_t)(ms * 1e6) : -1);
}

/* Why t may not wait, or 0. */
static int refusal(const struct em_task *t) {
  if (t->shielded) {
    return 0;
  }
  if (t->cancelled) {
    return -ECANCELED;
  }
  if (t->interrupted) {
    return -EINTR;
  }
  waiter_task_expired = t->deadline != DEADLINE_NONE && t->deadline <= host_now();
  return waiter_task_expired ? -ETIMEDOUT : 0;
}

/*
 * Who cancels, interrupts, or sets a deadline, wakes the waiter. That ends no wait by itself: the caller derives
 * again, and if it still has to wait, the refusal is here.
 */
static int wait_in_task(struct waiter *w, deadline_t deadline) {
  struct em_task *t = emwake_context_running ? emwake_context_running->task : NULL;
  waiter_task_expired = false;
  int err = t ? refusal(t) : 0;
  if (!t || err) {
    return err ? err : waiter_sleep(w, deadline);
  }
  deadline_t limit = t->shielded || deadline < t->deadline ? deadline : t->deadline;
  t->passes = 0;
  t->parked = w;
  err = waiter_sleep(w, limit);
  t->parked = NULL;
  /* The task's deadline has passed, and not the call's: refused when the caller waits again. */
  return err == -ETIMEDOUT && limit < deadline ? 0 : err;
}

static void give_way(struct em_task *t) {
  struct context *c = emwake_context_running;
  t->passes = 0;
  emwake_task_give_way(c->number, !c->background);
  emwake_context_back(c);
}

int emwake_task_waited(int err) {
  struct em_task *t = emwake_task_current();
  if (err == -EINTR && t) {
    t->interrupted = false;
  }
  return err;
}

int emscripten_task_yield(void) {
  struct em_task *t = emwake_task_current();
  if (!t) {
    struct waiter w;
    waiter_init(&w);
    return waiter_wait(&w, DEADLINE_NONE); /* says why not */
  }
  give_way(t);
  return emwake_task_waited(refusal(t));
}

static void pass(void) {
  struct em_task *t = emwake_task_current();
  if (t && ++t->passes >= PASSES) {
    give_way(t);
  }
}

int emscripten_task_sleep(double ms) {
  if (!(ms > 0)) {
    return emscripten_task_yield();
  }
  struct waiter w;
  waiter_init(&w);
  deadline_t deadline = emwake_task_deadline(ms);
  int err;
  do {
    err = waiter_wait(&w, deadline);
  } while (!err);
  return waiter_timed_out(err) ? 0 : emwake_task_waited(err);
}

int emwake_task_sleep_in(struct sleepers *q, struct sleeper *s, deadline_t deadline) {
  waiter_init(&s->waiter);
  s->next = NULL;
  s->served = false;
  if (q->tail) {
    q->tail->next = s;
  } else {
    q->head = s;
  }
  q->tail = s;
  int err = 0;
  while (!s->served && !err) {
    err = waiter_wait(&s->waiter, deadline);
  }
  if (s->served) {
    return s->result;
  }
  struct sleeper *before = NULL;
  for (struct sleeper *i = q->head; i != s; i = i->next) {
    before = i;
  }
  *(before ? &before->next : &q->head) = s->next;
  if (q->tail == s) {
    q->tail = before;
  }
  return emwake_task_waited(err);
}

struct sleeper *emwake_task_serve(struct sleepers *q, int result) {
  struct sleeper *s = q->head;
  if (s) {
    q->head = s->next;
    if (!q->head) {
      q->tail = NULL;
    }
    s->served = true;
    s->result = result;
    waiter_wake(&s->waiter);
  }
  return s;
}

/* ---- From the beginning to the end ------------------------------------------------------------- */

void (*emwake_task_values_hook)(struct em_task *t);

/* The entry of each task. */
static void run(struct em_task *t) {
  t->result = t->fn(t->arg);
  if (emwake_task_values_hook) {
    emwake_task_values_hook(t);
  }
  t->ended = true;
  emwake_context_running->ended = true;
  if (t->joiner) {
    waiter_wake(t->joiner);
  }
}

int emscripten_task_spawn(em_task_t *task, const em_task_attr_t *attr, em_task_fn fn, void *arg) {
  size_t size = attr && attr->stack_size ? attr->stack_size : EM_TASK_STACK_DEFAULT;
  if (size < EM_TASK_STACK_MIN) {
    return -EINVAL;
  }
  if (!emscripten_is_main_runtime_thread()) {
    return -ENOTSUP;
  }
  struct em_task *t = task_new(attr && attr->name ? attr->name : "task");
  if (!t) {
    return -ENOMEM;
  }
  struct context *c = emwake_context_new(size);
  if (!c) {
    put(t);
    return -ENOMEM;
  }
  t->fn = fn;
  t->arg = arg;
  t->detached = !task;
  t->refs = task ? 2 : 1;
  c->background = true;
  attach(t, c);
  emwake_task_start(c, c->number, run, t);
  if (task) {
    *task = t;
  }
  return 0;
}

int emscripten_task_join(em_task_t t, void **result) {
  if (t == emwake_task_current()) {
    return -EDEADLK;
  }
  if (t->detached || t->joiner) {
    return -EINVAL;
  }
  struct waiter w;
  waiter_init(&w);
  t->joiner = &w;
  int err = 0;
  while (!t->ended && !err) {
    err = waiter_wait(&w, DEADLINE_NONE);
  }
  t->joiner = NULL;
  if (!t->ended) {
    return emwake_task_waited(err);
  }
  if (result) {
    *result = t->result;
  }
  put(t);
  return 0;
}

int emscripten_task_detach(em_task_t t) {
  if (t->detached || t->joiner) {
    return -EINVAL;
  }
  t->detached = true;
  put(t);
  return 0;
}

/* For libemwake_task.js: whether a task runs that was spawned. */
int emwake_task_running(void) {
  return emwake_context_running && emwake_context_running->background;
}

/* ---- Cancellation and deadline ----------------------------------------------------------------- */

void emwake_task_look_again(struct em_task *t) {
  if (t->parked) {
    waiter_wake(t->parked);
  }
}

int emscripten_task_cancel(em_task_t t) {
  if (t->ended) {
    return -ESRCH;
  }
  t->cancelled = true;
  emwake_task_look_again(t);
  return 0;
}

int emscripten_task_uncancel(em_task_t t) {
  if (t->ended) {
    return -ESRCH;
  }
  t->cancelled = false;
  return 0;
}

bool emscripten_task_cancelled(void) {
  struct em_task *t = emwake_task_current();
  return t && t->cancelled;
}

bool emscripten_task_shield(bool on) {
  struct em_task *t = emwake_task_current();
  bool before = t && t->shielded;
  if (t) {
    t->shielded = on;
  }
  return before;
}

int emscripten_task_set_deadline(em_task_t t, double ms) {
  if (t->ended) {
    return -ESRCH;
  }
  t->deadline = emwake_task_deadline(ms);
  emwake_task_look_again(t);
  return 0;
}
