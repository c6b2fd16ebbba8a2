/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * From the core's -errno to libc's convention, for the functions that replace libc's own.
 */
#ifndef EMWAKE_SYSCALL_RESULT_H
#define EMWAKE_SYSCALL_RESULT_H

#include <errno.h>

#include "cancel.h"

static inline int result(int r) {
  act_on_cancel(r);
  if (r < 0) {
    errno = -r;
    return -1;
  }
  return r;
}

#endif
