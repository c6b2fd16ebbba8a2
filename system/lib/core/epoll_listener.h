/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Waiting on an epoll instance without sleeping: a function that is called from the event loop
 * while the instance has something to collect. <emscripten/epoll.h> is this under public names.
 */
#ifndef EMWAKE_CORE_EPOLL_LISTENER_H
#define EMWAKE_CORE_EPOLL_LISTENER_H

typedef void (*epoll_listener_fn)(void *user);

/*
 * Has fn(user) called on the event loop of the calling thread, once a turn while the instance is
 * readable; never from within this call. If the thread has fn on this instance already, only user
 * changes. It lasts until it is removed, the instance is closed or the thread ends, and does not
 * keep the runtime alive. Returns 0, or
 *   -EBADF  epfd is no epoll instance
 *   -ENOMEM
 */
int epoll_listener_add(int epfd, epoll_listener_fn fn, void *user);

/* fn is not called for the calling thread any more. Returns 0, -EBADF, or -ENOENT: there is no such
   listener. */
int epoll_listener_remove(int epfd, epoll_listener_fn fn);

#endif
