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
#include <emscripten/threading.h>
#include <limits.h>

#include "proxy.h"
#endif

#if EMWAKE_THREADS

int emwake_proxying;

/*
 * Threads are called by a doorbell, a word that their JavaScript awaits with Atomics.waitAsync: to
 * ring it takes no lock. To proxy a task does, and the runtime's main thread serves other proxied
 * tasks when it has to wait for that lock: they would meet the core's locks that it holds. So main
 * is called by a task, and calls by doorbells. It is 0 where there is no waitAsync.
 */
#define DOORBELL_SHUT 0
#define DOORBELL_OPEN 1

static void schedule_here(void *arg) {
  (void)arg;
  emwake_schedule();
}

static void ring(_Atomic int *doorbell) {
  *doorbell += 2; /* odd as long as it is open */
  emscripten_futex_wake(doorbell, INT_MAX);
}

void host_schedule(struct event_loop *loop) {
  pthread_t owner = event_loop_thread(loop);
  _Atomic int *doorbell = event_loop_doorbell(loop);
  if (owner == pthread_self()) {
    emwake_schedule();
  } else if (*doorbell != DOORBELL_SHUT) {
    ring(doorbell);
  } else {
    proxy_async(owner, schedule_here, NULL);
  }
}

void host_loop_begin(struct event_loop *loop) {
  _Atomic int *doorbell = event_loop_doorbell(loop);
  if (!emscripten_is_main_runtime_thread()) {
    *doorbell = DOORBELL_OPEN;
    if (!emwake_open_doorbell(doorbell)) {
      *doorbell = DOORBELL_SHUT;
    }
  }
}

void host_loop_end(struct event_loop *loop) {
  _Atomic int *doorbell = event_loop_doorbell(loop);
  if (*doorbell != DOORBELL_SHUT) {
    emwake_shut_doorbell();
    ring(doorbell);
    *doorbell = DOORBELL_SHUT;
  }
  emwake_set_alarm(INFINITY);
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
