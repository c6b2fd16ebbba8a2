/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Waking an event loop from any thread. A handle is notified, by anyone; who waits for it is called
 * from the event loop of the thread that waits. The model is libxev's Async. It works in every
 * build, plain ones included.
 *
 * A handle is a descriptor: an eventfd with EFD_NONBLOCK and EFD_CLOEXEC. poll, select and epoll
 * find it readable (POLLIN) while a notification is pending, emscripten_poll_with_callback takes
 * it, and read(2) takes what is pending as a callback would: it gives the number of
 * notifications as a uint64_t, or EAGAIN if there is none. While one is pending a further one is no
 * edge for EPOLLET, other than a write(2) of the same. The other way round, any eventfd
 * serves as a handle: with EFD_SEMAPHORE each notification calls once.
 */
#ifndef EMSCRIPTEN_ASYNC_WAKE_H
#define EMSCRIPTEN_ASYNC_WAKE_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Makes a handle. Returns the descriptor, or -EMFILE or -ENOMEM. */
int emscripten_async_wake_init(void);

/*
 * error: 0, or EBADF when the handle was closed while the wait was armed; that call is the last.
 * Returns true to rearm, false to disarm.
 */
typedef bool (*em_async_wake_callback)(int handle, int error, void *user_data);

/*
 * Calls callback(handle, 0, user_data) when handle is notified, from the event loop of the calling
 * thread, from a clean stack; in a thread, that thread has to return to its event loop.
 *
 *   - A notification that came before the wait is not lost: the callback is called soon.
 *   - All notifications that have come when the callback is called are taken by that call; one
 *     that comes during it or later calls again, if the callback rearms.
 *   - Of several waits for one handle, on one thread or on several, one is called for what is
 *     pending; the others stay armed.
 *   - While a wait is armed the runtime is kept alive, and its thread; it ends when the callback
 *     disarms, with the handle, by emscripten_poll_cancel(id) of <emscripten/poll.h> on the same
 *     thread, and with its thread. Only a handle that is closed calls then.
 *   - A callback may do everything but wait: a blocking call fails with EDEADLK.
 *
 * Returns the id of the wait, which is positive, or
 *   -EBADF   handle is not open
 *   -EINVAL  handle is not an eventfd
 *   -ENOMEM  no memory for the wait
 */
int emscripten_async_wake_wait(int handle, em_async_wake_callback callback, void *user_data);

/*
 * Notifies handle: from any thread, from a signal handler too. Never blocks. Everything that the
 * caller wrote to memory before is seen by the callback. Returns 0, -EBADF or -EINVAL.
 */
int emscripten_async_wake_notify(int handle);

/* Closes the handle, as close(2) does. Waits that are armed are told. Returns 0 or -EBADF. */
int emscripten_async_wake_deinit(int handle);

#ifdef __cplusplus
}
#endif

#endif
