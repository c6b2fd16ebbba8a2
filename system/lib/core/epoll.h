/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * epoll(7).
 */
#ifndef EMWAKE_CORE_EPOLL_H
#define EMWAKE_CORE_EPOLL_H

#include <stdbool.h>
#include <sys/epoll.h>

#include "waiter.h"

struct node;

/* epoll_create1(2). flags: EPOLL_CLOEXEC. Returns the descriptor, -EINVAL, -EMFILE or -ENOMEM. */
int epoll_open(int flags);

/*
 * epoll_ctl(2). Returns 0, or
 *   -EFAULT  event is needed and is no memory of the program's
 *   -EBADF   epfd or fd is not open
 *   -EPERM   fd is always ready (a regular file)
 *   -EINVAL  epfd is no epoll instance, or is fd; op or the combination of event bits is bad
 *   -EEXIST, -ENOENT, -ELOOP, -ENOMEM
 */
int epoll_control(int epfd, int op, int fd, struct epoll_event *event);

/*
 * epoll_wait(2) until deadline; 0 collects once and never suspends. Returns the number of events,
 * or -EBADF, -EFAULT, -EINVAL, -EINTR, -EDEADLK.
 */
int epoll_collect(int epfd, struct epoll_event *events, int max, deadline_t deadline);

struct listener;

/* For diagnostics: false: l is no watch. The caller holds the lock of its queue. */
struct epoll_watch_info {
  const struct node *epoll;
  int fd;
  unsigned flags; /* EPOLLET, EPOLLONESHOT, ... */
};
bool epoll_describe_listener(const struct listener *l, struct epoll_watch_info *info);

/* Whether n is the node of an epoll instance. */
bool epoll_is_instance(const struct node *n);

/* Whether the last descriptor of the instance is closed; its listeners are notified after that. */
bool epoll_is_closed(struct node *n);

#endif
