/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Sleeping until a time, clock_nanosleep(2): a wait that nobody ends.
 */
#ifndef EMWAKE_CORE_CLOCK_SLEEP_H
#define EMWAKE_CORE_CLOCK_SLEEP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Sleeps until the monotonic clock, or the wall clock, shows a time in nanoseconds. Gives the event
 * loop its turn even if that has passed already. Returns 0, or
 *   -EINTR    the sleep was interrupted
 *   -EDEADLK  the calling stack cannot wait
 */
int clock_sleep_until(bool wall, int64_t until);

#endif
