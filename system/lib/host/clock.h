/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * JavaScript's clocks, which count milliseconds with fractions, as clock_gettime has them: the same
 * operations as clock_time_get of Emscripten's libwasi.js, so that a timer and a program that
 * compares times agree to the nanosecond.
 */
#ifndef EMWAKE_HOST_CLOCK_H
#define EMWAKE_HOST_CLOCK_H

#include <stdint.h>

/* Math.round(ms * 1000 * 1000). */
static inline int64_t nanoseconds(double ms) {
  return (int64_t)(ms * 1000 * 1000 + 0.5);
}

#endif
