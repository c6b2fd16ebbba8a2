/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * timerfd_create(2).
 */
#ifndef EMWAKE_CORE_TIMERFD_H
#define EMWAKE_CORE_TIMERFD_H

#include <time.h>

/* flags: TFD_CLOEXEC, TFD_NONBLOCK. Returns the descriptor, -EINVAL (clock, flags), -EPERM (a clock
   that wakes the system), -EMFILE or -ENOMEM. */
int timerfd_open(int clock, int flags);

/*
 * timerfd_settime(2). old may be NULL. Returns 0, or
 *   -EBADF   fd is not open
 *   -EFAULT  new, or old if it is not NULL, is no memory of the program's
 *   -EINVAL  fd is no timer, a time is negative or has too many nanoseconds, flags are unknown; or
 *            TFD_TIMER_CANCEL_ON_SET where it would have an effect
 */
int timerfd_set(int fd, int flags, const struct itimerspec *new, struct itimerspec *old);

/* timerfd_gettime(2). Returns 0, -EBADF, -EFAULT or -EINVAL. */
int timerfd_get(int fd, struct itimerspec *current);

#endif
