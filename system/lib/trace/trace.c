/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The ring of trace events.
 */
#include "trace.h"

#include <emscripten.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "lock.h"

#if EMWAKE_THREADS
#include <emscripten/threading.h>
#include <pthread.h>
#endif

extern _Thread_local struct context *emwake_context_running __attribute__((weak));

/* JavaScript is to take events: there are many, or somebody looks at each. On the main thread; it
   calls nothing back but emwake_trace_take(). */
void emwake_trace_ready(void);

bool emwake_trace_on;

static struct {
  struct lock lock;
  struct trace_event *events; /* capacity of them */
  unsigned capacity, first, count, dropped, ask_at;
} ring;

double emwake_trace_now(void) {
  return emscripten_get_now();
}

static bool on_main_thread(void) {
#if EMWAKE_THREADS
  return emscripten_is_main_runtime_thread();
#else
  return true;
#endif
}

static void name_thread(struct trace_event *e) {
#if EMWAKE_THREADS
  e->track = (int)(intptr_t)pthread_self();
  if (!on_main_thread()) {
    snprintf(e->track_name, sizeof e->track_name, "thread 0x%x", (unsigned)e->track);
    return;
  }
#endif
  e->track = 0;
  strcpy(e->track_name, "event loop");
}

static void set_track(struct trace_event *e) {
  struct context *c = emwake_context_running;
  if (!c) {
    name_thread(e);
    return;
  }
  e->track = c->base ? (int)(intptr_t)c : 1;
  snprintf(e->track_name, sizeof e->track_name, "%s",
           c->name   ? c->name
           : c->base ? "export"
                     : "main");
}

void emwake_trace_add(struct trace_event *e) {
  set_track(e);
  lock_acquire(&ring.lock);
  if (ring.count == ring.capacity) {
    ring.first = (ring.first + 1) % ring.capacity;
    ring.count--;
    ring.dropped++;
  }
  ring.events[(ring.first + ring.count++) % ring.capacity] = *e;
  bool ready = ring.count >= ring.ask_at;
  lock_release(&ring.lock);
  if (ready && on_main_thread()) {
    emwake_trace_ready();
  }
}

/* ask_at: JavaScript is told when there are so many events. Returns false if there is no memory. */
EMSCRIPTEN_KEEPALIVE int emwake_trace_start(int capacity, int ask_at) {
  lock_acquire(&ring.lock);
  if (!ring.events) {
    ring.events = malloc((size_t)capacity * sizeof *ring.events);
    ring.capacity = ring.events ? (unsigned)capacity : 0;
  }
  ring.ask_at = (unsigned)ask_at;
  emwake_trace_on = ring.events;
  lock_release(&ring.lock);
  return emwake_trace_on;
}

EMSCRIPTEN_KEEPALIVE void emwake_trace_stop(void) {
  emwake_trace_on = false;
}

/* Copies the oldest event and takes it out. Returns how many there were; 0: none. */
EMSCRIPTEN_KEEPALIVE int emwake_trace_take(struct trace_event *e) {
  lock_acquire(&ring.lock);
  unsigned count = ring.count;
  if (count) {
    *e = ring.events[ring.first];
    ring.first = (ring.first + 1) % ring.capacity;
    ring.count--;
  }
  lock_release(&ring.lock);
  return (int)count;
}

EMSCRIPTEN_KEEPALIVE int emwake_trace_dropped(void) {
  return (int)ring.dropped;
}
