/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * <sys/timerfd.h>.
 */
#include <sys/timerfd.h>

#include "result.h"
#include "timerfd.h"

int timerfd_create(int clock, int flags) {
  return result(timerfd_open(clock, flags));
}

int timerfd_settime(int fd, int flags, const struct itimerspec *new_value,
                    struct itimerspec *old_value) {
  return result(timerfd_set(fd, flags, new_value, old_value));
}

int timerfd_gettime(int fd, struct itimerspec *curr_value) {
  return result(timerfd_get(fd, curr_value));
}
