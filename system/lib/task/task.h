/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What the files of <emscripten/task.h> share: the task itself, and queues of tasks that wait for
 * one another.
 */
#ifndef EMWAKE_TASK_TASK_H
#define EMWAKE_TASK_TASK_H

#include <emscripten/task.h>
#include <stdbool.h>

#include "context.h"
#include "waiter.h"

struct em_task {
  /* What every wait looks at, in one line of the cache. */
  deadline_t deadline;
  struct waiter *parked; /* what it waits on */
  int passes;            /* how many calls in a row did not have to wait */
  bool cancelled, shielded, interrupted, ended, detached;
  int refs; /* of its context, and of who is to join it */
  char name[32];
  em_task_fn fn; /* NULL: of main or of an export, found when somebody asked for it */
  void *arg, *result;
  struct waiter *joiner;
  void **values; /* task-local data, by key */
};

/* The running task, or NULL. */
struct em_task *emwake_task_current(void);

/* The deadline of a timeout in milliseconds; negative: none. */
deadline_t emwake_task_deadline(double ms);

/* Has t look again whether it may wait. */
void emwake_task_look_again(struct em_task *t);

/* err, of a wait that is no system call, whose end is the end of the call: an interrupt is used up. */
int emwake_task_waited(int err);

/* Calls the destructors of the running task's data. task_key.c sets the hook when there is a key. */
extern void (*emwake_task_values_hook)(struct em_task *t);

/* ---- Waiting for another task ------------------------------------------------------------------ */

/* Who waits, on its own stack, in the order of coming. */
struct sleeper {
  struct waiter waiter;
  struct sleeper *next;
  struct em_task *task;
  void *item; /* of a channel: where the item is, or goes to */
  int result; /* once it is served */
  bool served;
};

/* In the public structs a queue is two pointers. */
struct sleepers {
  struct sleeper *head, *tail;
};

/* Puts s at the end of q and waits until it is served. Returns s->result, or what waiter_wait()
   returns; then s is in no queue. */
int emwake_task_sleep_in(struct sleepers *q, struct sleeper *s, deadline_t deadline);

/* Takes the first out of q and serves it with result; NULL if nobody waits. */
struct sleeper *emwake_task_serve(struct sleepers *q, int result);

#endif
