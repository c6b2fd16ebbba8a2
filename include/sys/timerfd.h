/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * timerfd_create(2), which Emscripten's sysroot does not declare. Semantics: the man page, and
 * fs/timerfd.c.
 */
#ifndef _SYS_TIMERFD_H
#define _SYS_TIMERFD_H

#include <fcntl.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TFD_CLOEXEC O_CLOEXEC
#define TFD_NONBLOCK O_NONBLOCK

#define TFD_TIMER_ABSTIME 1
#define TFD_TIMER_CANCEL_ON_SET 2

/*
 * A descriptor that becomes readable when the timer expires; read(2) gives the number of times that
 * it has, as a uint64_t, since the last read. clock: CLOCK_MONOTONIC, CLOCK_REALTIME, or
 * CLOCK_BOOTTIME, which is the monotonic one here. flags: TFD_CLOEXEC, TFD_NONBLOCK. Returns the
 * descriptor, or -1 with
 *   EINVAL          another clock, other flags
 *   EPERM           CLOCK_REALTIME_ALARM, CLOCK_BOOTTIME_ALARM: of privileged programs
 *   EMFILE, ENOMEM
 */
int timerfd_create(int clock, int flags);

/*
 * Sets the timer to new_value, absolute on its clock with TFD_TIMER_ABSTIME; it_value 0 disarms it.
 * old_value, if not NULL, gets what timerfd_gettime says. Returns 0, or -1 with
 *   EBADF    fd is not open
 *   EFAULT   new_value, or old_value if it is not NULL, is no memory of the program's
 *   EINVAL   fd is no timer, new_value has a time below 0 or 1,000,000,000 nanoseconds or more,
 *            flags has other bits; or TFD_TIMER_CANCEL_ON_SET is among them for an absolute time of
 *            CLOCK_REALTIME: nobody tells a program that the wall clock has been set
 * An absolute time of CLOCK_REALTIME is looked up on the wall clock again before the timer expires,
 * so that it is never early if the clock is set back; a wait that has begun does not notice that it
 * has been set forward.
 */
int timerfd_settime(int fd, int flags, const struct itimerspec *new_value,
                    struct itimerspec *old_value);

/* The time that is left, and the interval. Returns 0, or -1 with EBADF, EFAULT or EINVAL. */
int timerfd_gettime(int fd, struct itimerspec *curr_value);

#ifdef __cplusplus
}
#endif

#endif
