/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Interrupts: an embedder (the host of an interpreter, a watchdog) ends the wait of a thread of the
 * program from outside of it, without signals and their handlers. The blocked call fails with EINTR, as
 * after a signal whose handler was installed without SA_RESTART. For a task of a thread there is
 * emscripten_task_interrupt(), in <emscripten/task.h>.
 *
 *     em_interruptible_t reader = emscripten_interruptible_self();   // in the thread
 *     ...
 *     emscripten_interrupt(reader);                                  // anywhere
 *
 * and from JavaScript, with the same number, on any thread that has the module:
 *
 *     Module._emscripten_interrupt(reader);
 *
 * An interrupt is not lost: if the thread is not blocked, its next call that has to block fails with
 * EINTR at once. It is used up by the call that fails; several that come before are one. A call that is
 * interrupted after it has transferred some bytes returns their count, and the interrupt stays.
 *
 * What can be interrupted: every call that emwake makes wait (read, recv, accept, poll, epoll_wait,
 * sigwait, ...). Not interrupted: waits of the C library's own (pthread_mutex_lock, pthread_cond_wait,
 * sem_wait, pthread_join), and getaddrinfo.
 */
#ifndef __emscripten_interrupt_h__
#define __emscripten_interrupt_h__

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Names what can be interrupted: a thread. Positive, and never used again for another. */
typedef int em_interruptible_t;

/* The calling thread. */
em_interruptible_t emscripten_interruptible_self(void);

/* Interrupts target; from any thread, from handlers and callbacks. Returns 0, or -ESRCH if it has
   ended or never was. */
int emscripten_interrupt(em_interruptible_t target);

/* Whether an interrupt of the calling thread is there that no call has failed with yet. */
bool emscripten_interrupt_pending(void);

/* The same, and takes it back. */
bool emscripten_interrupt_clear(void);

#ifdef __cplusplus
}
#endif

#endif
