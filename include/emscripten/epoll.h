/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * epoll without suspending: a listener on an epoll descriptor, which is told, from the event loop,
 * that there is something to collect. It works in every build, plain ones included. The interface
 * is the one proposed to Emscripten (pull request 27547, listeners by callback and thread).
 */
#ifndef EMSCRIPTEN_EPOLL_H
#define EMSCRIPTEN_EPOLL_H

#include <sys/epoll.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Says only "collect now": epoll_wait(epfd, events, n, 0), which never suspends, has the events. */
typedef void (*em_epoll_callback)(void *user_data);

/*
 * Calls callback(user_data) as long as epfd has ready events that nobody has collected, and
 * whenever it has some anew: once a turn of the event loop. So it is for the watches to say how
 * often: one that is level-triggered and stays ready (EPOLLOUT, mostly) calls in every turn;
 * EPOLLET and EPOLLONESHOT do not.
 *
 *   - A listener is persistent. It is known by (callback, thread that adds it): adding it again
 *     changes its user_data and nothing else.
 *   - The callback runs on the event loop of the thread that adds it, from a clean stack, never
 *     from within the call that made epfd ready. In a thread, that thread has to return to its
 *     event loop. The callback may do everything but wait: a blocking call fails with EDEADLK.
 *   - Before each call the readiness is derived anew: what somebody has collected, read or removed
 *     in between does not call. Among threads another may still be faster, and there is nothing
 *     left to collect.
 *   - Several listeners may wait on one instance; all of them are told, and what one collects with
 *     EPOLLET or EPOLLONESHOT the others do not get, as with several threads in epoll_wait.
 *   - A listener keeps neither the runtime nor its thread alive, not even when its callback is
 *     about to be called. A program that lives for its listeners holds the runtime itself:
 *     emscripten_runtime_keepalive_push() and _pop().
 *   - It belongs to the instance, which dup'ed descriptors share. It ends with
 *     emscripten_epoll_remove_listener, when the last descriptor of the instance is closed, and
 *     with its thread.
 *
 * Returns 0, or an errno, which is positive:
 *   EBADF   epfd is not an epoll descriptor
 *   ENOMEM  no memory for the listener
 */
int emscripten_epoll_add_listener(int epfd, em_epoll_callback callback, void *user_data);

/*
 * Ends the calling thread's listener with this callback, which is not called any more; the callback
 * itself may do so. Returns 0, EBADF, or ENOENT: there is no such listener.
 */
int emscripten_epoll_remove_listener(int epfd, em_epoll_callback callback);

#ifdef __cplusplus
}
#endif

#endif
