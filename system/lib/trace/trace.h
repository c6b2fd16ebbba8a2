/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Tracing: system calls, sleeps and wakes, as a ring of events that JavaScript takes
 * (src/lib/libemwake_trace.js). The hooks are wrappers that the linker puts between a function and its
 * callers (--wrap), when the port has its option trace: without it nothing of this is linked, and with it
 * a hook costs a look at trace_on until tracing begins.
 */
#ifndef EMWAKE_TRACE_TRACE_H
#define EMWAKE_TRACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libemwake_trace.js has the same numbers and offsets. */
enum trace_kind { TRACE_CALL = 1, TRACE_SLEEP = 2, TRACE_WAKE = 3, TRACE_NOTIFY = 4 };

struct trace_event {
  double begin, end; /* milliseconds, as emscripten_get_now() */
  double object;     /* the address of a waiter or a node */
  int kind;
  int track;  /* of the thread or task: a number, and its name */
  int result; /* of a call; the events of a notification */
  char track_name[20];
  char text[96]; /* of a call: what strace(1) prints in front of the `=`; always ended by a 0 */
};

extern bool emwake_trace_on;

double emwake_trace_now(void);

/* Fills in the track and puts e into the ring; the oldest is lost if that is full. From any thread,
   under any lock. */
void emwake_trace_add(struct trace_event *e);

/* Writes `name(arguments)`. format has a letter for each argument, see trace_text.c. result: what the call
   returned, as a negative errno if it failed. */
void emwake_trace_format(char *text, size_t size, const char *name, const char *format,
                         const int64_t *args, int64_t result);

#endif
