/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Entering, suspending, resuming and ending a context, for libemwake_context.js.
 *
 * No function here may have a frame on the shadow stack, for each ends with another stack pointer
 * than it began with: no variable whose address is taken.
 */
#include "context.h"

#include <emscripten/stack.h>
#include <errno.h>
#include <stddef.h>

#include "kmem.h"

/* Part of compiler-rt (stack_ops.S, stack_limits.S). */
extern void _emscripten_stack_restore(void *sp);
extern void emscripten_stack_set_limits(void *base, void *end);

/* libc++abi: {caughtExceptions, uncaughtExceptions}, the list of what is being handled. Weak: only
   of a program that throws. */
extern uintptr_t *__cxa_get_globals(void) __attribute__((weak));

static _Thread_local struct context event_loop, program_main;
static _Thread_local void
  *before_main; /* the event loop's stack pointer while main was not there */

static struct context *running(void) {
  return emwake_context_running ? emwake_context_running : &event_loop;
}

static void save(struct context *c) {
  c->sp = (void *)emscripten_stack_get_current();
  c->saved_errno = errno;
  if (__cxa_get_globals) {
    uintptr_t *exceptions = __cxa_get_globals();
    c->exceptions[0] = exceptions[0];
    c->exceptions[1] = exceptions[1];
  }
}

static void remember_program_stack(void) {
  if (!event_loop.base) {
    event_loop.base = (void *)emscripten_stack_get_base();
    event_loop.end = (void *)emscripten_stack_get_end();
  }
}

size_t emwake_context_size_of_program(void) {
  remember_program_stack();
  return (size_t)((char *)event_loop.base - (char *)event_loop.end);
}

static void set_limits(const struct context *c) {
  remember_program_stack();
  const struct context *owner = c->base ? c : &event_loop;
  emscripten_stack_set_limits(owner->base, owner->end);
}

static void load(struct context *c) {
  emwake_context_running = c == &event_loop ? NULL : c;
  errno = c->saved_errno;
  if (__cxa_get_globals) {
    uintptr_t *exceptions = __cxa_get_globals();
    exceptions[0] = c->exceptions[0];
    exceptions[1] = c->exceptions[1];
  }
  set_limits(c);
}

static void load_with_stack(struct context *c) {
  load(c);
  _emscripten_stack_restore(c->sp);
}

/* From a context to who entered it. Where that is from main to the event loop, it is as if the loop
   were called by main: its frames are below. */
static void go_out(struct context *c) {
  struct context *to = c->outer ? c->outer : &event_loop;
  c->outer = NULL;
  if (c->base) {
    load_with_stack(to);
  } else {
    load(to);
  }
}

static void resume(struct context *c) {
  if (!c) {
    return; /* there was no memory to remember it */
  }
  save(running());
  load_with_stack(c);
  if (c != &program_main && !c->base) {
    emwake_context_running = NULL;
    kmem_free(c, sizeof *c);
  }
}

/* A promising export is entered; c is NULL for main. Returns the context. */
static struct context *enter(struct context *c) {
  c = c ? c : &program_main;
  c->outer = emwake_context_running;
  c->resume = resume;
  save(running());
  c->sp = c->base;
  if (!c->base) {
    c->sp = before_main = (void *)emscripten_stack_get_current();
  }
  load_with_stack(c);
  return c;
}

/*
 * The running stack is about to be suspended: the one that entered it goes on. Returns what
 * resume() takes. A stack that nobody has announced (another entry than an export)
 * is on the event loop's own, and gets something to remember its pointer by.
 */
static struct context *suspend(void) {
  struct context *c = emwake_context_running;
  if (!c) {
    c = kmem_zalloc(sizeof *c);
    if (c) {
      save(c);
    }
    return c;
  }
  save(c);
  if (c->check) {
    c->check(c);
  }
  go_out(c);
  return c;
}

/* The call has returned to who entered it: either it is suspended, or it still runs and has ended. */
static void leave(struct context *c) {
  if (emwake_context_running == c) {
    if (c->check) {
      save(c);
      c->check(c);
    }
    go_out(c);
  }
}

/* The call has ended. If it was resumed since its entry, nobody has left it yet. */
static void end(struct context *c) {
  leave(c);
  if (!c->base) {
    event_loop.sp = before_main;
    if (!emwake_context_running) {
      _emscripten_stack_restore(before_main);
    }
  }
  if (c->task) {
    c->end_task(c);
  }
  if (c->release) {
    c->release(c);
  }
}

struct context *emwake_context_change(enum context_change what, struct context *c) {
  switch (what) {
    case CONTEXT_ENTER:
      return enter(c);
    case CONTEXT_SUSPEND:
      return suspend();
    case CONTEXT_RESUME:
      resume(c);
      break;
    case CONTEXT_LEAVE:
      leave(c);
      break;
    case CONTEXT_END:
      end(c);
  }
  return c;
}
