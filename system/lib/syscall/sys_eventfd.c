/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * <sys/eventfd.h>.
 */
#include <sys/eventfd.h>
#include <unistd.h>

#include "eventfd.h"
#include "result.h"

int eventfd(unsigned int count, int flags) {
  return result(eventfd_open(count, flags));
}

int eventfd_read(int fd, eventfd_t *value) {
  return read(fd, value, sizeof *value) == sizeof *value ? 0 : -1;
}

int eventfd_write(int fd, eventfd_t value) {
  return write(fd, &value, sizeof value) == sizeof value ? 0 : -1;
}
