/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * <sys/epoll.h> of the sysroot, and epoll_pwait2(2), which it does not declare.
 */
#ifndef EMWAKE_SYS_EPOLL_H
#define EMWAKE_SYS_EPOLL_H

#include_next <sys/epoll.h>

#include <signal.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* epoll_pwait(2) with a timeout in nanoseconds; NULL: no limit. EINVAL also for a timeout that is
   negative or has nanoseconds out of range. */
int epoll_pwait2(int epfd, struct epoll_event *events, int maxevents,
                 const struct timespec *timeout, const sigset_t *sigmask);

#ifdef __cplusplus
}
#endif

#endif
