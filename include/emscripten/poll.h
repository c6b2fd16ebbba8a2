/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Readiness without suspending: calls that return at once, and tell later, from the event loop,
 * that a descriptor is ready. They work in every build, plain ones included.
 *
 * Common to all of them:
 *   - events and revents are poll(2) bits (<poll.h>). POLLERR and POLLHUP are reported whether or
 *     not they were asked for. revents is 0 when the timeout has passed, and POLLNVAL when fd was
 *     closed while the request was pending.
 *   - timeout is in milliseconds, from the call (or from the rearming); negative: no limit.
 *   - A callback runs from the event loop of the thread that made the request, from a clean stack,
 *     never from within the call that made the request; callbacks run in the order in which their
 *     descriptors became ready, and one that is always ready does not starve the others. In a
 *     thread, that thread has to return to its event loop for them to run.
 *   - A callback may do everything but wait: a blocking call in it fails with EDEADLK.
 *   - Any number of requests may wait for one descriptor; each of them is told.
 *   - While a request is pending the runtime is kept alive; when it ends, in whatever way, the
 *     runtime is let go of. So exit() does not end a program with pending requests, as ever in
 *     Emscripten with callbacks outstanding; emscripten_force_exit() does.
 *   - A request belongs to its thread. If that ends first (pthread_exit, cancellation) the request
 *     ends with it, and nobody is called.
 *   - A request is for the descriptor that fd is at the time of the call: if fd is closed and the
 *     number is used again, the request ends with POLLNVAL.
 *
 * Errors, as a negative errno, for all of them:
 *   -EBADF   fd is not open
 *   -EPERM   fd cannot tell when it becomes ready: a regular file, a directory. Checked before
 *            arming, even though such a file is always ready; as epoll_ctl(2) does
 *   -ENOMEM  no memory for the request
 */
#ifndef EMSCRIPTEN_POLL_H
#define EMSCRIPTEN_POLL_H

#include <emscripten/promise.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*em_poll_callback)(int fd, int revents);

/* Calls callback(fd, revents) once. Returns 0 or a negative errno. */
int emscripten_poll_with_callback(int fd, int events, int timeout, em_poll_callback callback);

typedef void (*em_poll_user_callback)(int fd, int revents, void *user_data);

/*
 * The same with data of the caller's. Returns the id of the request, which is positive, or a
 * negative errno. user_data stays the caller's; it is used until the callback has run or the
 * request is cancelled.
 */
int emscripten_poll_start(int fd, int events, int timeout, em_poll_user_callback callback,
                          void *user_data);

/* Returns true to wait again (with the same timeout), false to end the request. */
typedef bool (*em_poll_multishot_callback)(int fd, int revents, void *user_data);

/*
 * Calls callback as often as fd is ready, until it returns false, the request is cancelled, or fd
 * is closed (the last call has POLLNVAL, and its result is ignored). Level-triggered: as long as
 * fd is ready there is one call a turn of the event loop. Returns the id or a negative errno.
 */
int emscripten_poll_start_multishot(int fd, int events, int timeout,
                                    em_poll_multishot_callback callback, void *user_data);

/*
 * Ends a request by its id; its callback is not called any more. Returns 0, or
 *   -ENOENT  the request has ended, or there never was one of this id
 *   -EPERM   another thread made it
 * A callback may cancel its own request: 0, and -ENOENT the second time; a multishot one is then
 * not called again.
 */
int emscripten_poll_cancel(int id);

/*
 * A promise that is fulfilled with revents, as (void *)(intptr_t)revents. The caller owns the
 * promise and destroys it (emscripten_promise_destroy), before or after it has settled. If the
 * request cannot be made the promise is rejected with the (positive) errno as its value. On the
 * runtime's main thread only, as all of <emscripten/promise.h>.
 */
em_promise_t emscripten_poll_promise(int fd, int events, int timeout);

#ifdef __cplusplus
}
#endif

#endif
