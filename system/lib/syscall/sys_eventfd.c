/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * <sys/eventfd.h>.
 */
#include <sys/eventfd.h>

#include "eventfd.h"
#include "result.h"

int eventfd(unsigned int count, int flags) {
  return result(eventfd_open(count, flags));
}
