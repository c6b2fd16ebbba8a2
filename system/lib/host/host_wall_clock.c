/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The wall clock (core/host.h): JavaScript's Date, of whole milliseconds.
 */
#include <emscripten/html5.h>

#include "clock.h"
#include "host.h"

int64_t host_wall_clock(void) {
  return nanoseconds(emscripten_date_now());
}
