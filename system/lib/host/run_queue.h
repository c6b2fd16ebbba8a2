/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The run queue: the contexts that may go on, and the calls that have yet to begin in one, in the
 * order in which they were woken. $emwakeRunQueue (libemwake_context.js) lets one after the other go
 * on; a program in which only main can be suspended has neither.
 */
#ifndef EMWAKE_HOST_RUN_QUEUE_H
#define EMWAKE_HOST_RUN_QUEUE_H

#include <stdbool.h>

struct context;

/* Makes room for another context; false: out of memory. Gives it that, and its number. From any thread,
   and the rest from the main one. */
bool emwake_run_queue_reserve(void);
void emwake_run_queue_meet(struct context *c);

/* That of a number from 1 on, in use or free; NULL: there are no more. From any thread. */
struct context *emwake_run_queue_context(int number);

/* Puts a context at the end. False: it is in the queue. */
bool emwake_run_queue_add(int number);

/* The same, once there are other contexts than main's; NULL: there are none. */
extern bool (*emwake_run_queue_hook)(int number);

/* Takes the first one, and returns its number, or one of these. */
enum {
  RUN_QUEUE_EMPTY = -1,
  RUN_QUEUE_HOST = -2, /* so many have gone on in a row that it is the host's turn */
};
int emwake_run_queue_next(void);

#endif
