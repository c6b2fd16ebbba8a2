/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The event loop of JavaScript, for the core's (core/host.h).
 */
#include "host.h"

#include <emscripten/eventloop.h>
#include <math.h>
#include <stddef.h>

#include "emwake_js.h"
#include "event_loop.h"

#if EMWAKE_THREADS
#include <emscripten/proxying.h>
#endif

#if EMWAKE_THREADS

static void schedule_here(void *arg) {
  (void)arg;
  emwake_schedule();
}

void host_schedule(struct event_loop *loop) {
  pthread_t owner = event_loop_thread(loop);
  if (owner == pthread_self()) {
    emwake_schedule();
  } else {
    emscripten_proxy_async(emscripten_proxy_get_system_queue(), owner, schedule_here, NULL);
  }
}

#else

void host_schedule(struct event_loop *loop) {
  (void)loop;
  emwake_schedule();
}

#endif

void host_set_alarm(deadline_t deadline) {
  emwake_set_alarm(deadline == DEADLINE_NONE ? INFINITY : (double)(deadline - host_now()) / 1e6);
}

void host_keepalive_push(void) {
  emscripten_runtime_keepalive_push();
}

void host_keepalive_pop(void) {
  emscripten_runtime_keepalive_pop();
}
