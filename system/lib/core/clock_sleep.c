/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Sleeping until a time.
 */
#include "clock_sleep.h"

#include <errno.h>

#include "host.h"

static int64_t time_left(bool wall, int64_t until) {
  int64_t now = wall ? host_wall_clock() : host_now();
  return until > now ? until - now : 0;
}

/* The wall clock may have been set back meanwhile: then the sleep is not over. */
int clock_sleep_until(bool wall, int64_t until) {
  struct waiter w;
  int err;
  if (!host_can_wait()) {
    return -EDEADLK;
  }
  waiter_init(&w);
  do {
    deadline_t deadline = deadline_after(time_left(wall, until));
    /* Without a deadline the host would say that nothing can end it. */
    err = waiter_wait(&w, deadline == DEADLINE_NONE ? DEADLINE_NONE - 1 : deadline);
  } while ((!err || waiter_timed_out(err)) && time_left(wall, until));
  return waiter_timed_out(err) ? 0 : err;
}
