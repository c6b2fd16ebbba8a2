/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Contexts: what a stack that can be suspended needs of its own.
 *
 * Under JSPI every call of a promising export has a stack of the engine's, but all of them share one
 * shadow stack (__stack_pointer), one errno and one list of caught C++ exceptions. A context is the
 * part of these that belongs to one such call. libemwake_context.js says when the engine changes
 * stacks, and the functions here exchange what is shared.
 *
 * The event loop's callbacks and main share the program's own shadow stack: callbacks run below the
 * frames of a suspended main. Every other context has a region of its own (context_pool.c).
 * Whenever no wasm frame is on the JavaScript stack, the stack pointer is the event loop's.
 */
#ifndef EMWAKE_HOST_CONTEXT_H
#define EMWAKE_HOST_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct em_task;

struct context {
  void *sp;         /* while another one runs */
  void *base, *end; /* of the region, base is its upper end; NULL: the program's own stack */
  int saved_errno;
  uintptr_t exceptions[2]; /* __cxa_eh_globals */
  struct context *outer;   /* who entered it and goes on when it suspends; NULL: the event loop */
  int number;              /* what no other context has: small, and main's is 0 */
  bool ended;              /* it is about to return, and waits no more */
  bool background;         /* does not keep the program running while it is suspended */
  struct em_task *task;    /* of task/task.c, if anybody has asked */
  const char *name;        /* for diagnostics; may be NULL */
  void (*resume)(struct context *c); /* brings it back after a suspension */
  /* Of a context with a region: stops the program if the region has overflowed; gives it back. */
  void (*check)(struct context *c);
  void (*release)(struct context *c);
  void (*end_task)(struct context *c); /* it had a task, and has ended */
};

/* The context that runs; NULL: the event loop, or a stack that no known entry was made to. */
extern _Thread_local struct context *emwake_context_running;

/* After an import that suspends, and leaves it to its caller to bring back the context that ran
   before (a build that checks the stack has done so already). */
static inline void emwake_context_back(struct context *c) {
  if (c != emwake_context_running) {
    c->resume(c);
  }
}

/* What happens to a context; libemwake_context.js has the same numbers. */
enum context_change {
  CONTEXT_ENTER = 0,   /* a promising export is entered in c (NULL: in main's); returns c */
  CONTEXT_SUSPEND = 1, /* the running stack is about to be suspended; returns its context */
  CONTEXT_RESUME = 2,  /* the stack of c is about to go on */
  CONTEXT_LEAVE = 3,   /* the call is back at who entered c: suspended (nothing to do), or ended */
  CONTEXT_END = 4,     /* the call has ended */
};
struct context *emwake_context_change(enum context_change what, struct context *c);

/* The bytes of the program's own shadow stack (-sSTACK_SIZE). */
size_t emwake_context_size_of_program(void);

#endif
