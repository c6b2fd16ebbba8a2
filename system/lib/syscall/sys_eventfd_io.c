/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * eventfd_read and eventfd_write of <sys/eventfd.h>. Apart from eventfd(), which brings nothing of
 * read into a program.
 */
#include <sys/eventfd.h>
#include <unistd.h>

int eventfd_read(int fd, eventfd_t *value) {
  return read(fd, value, sizeof *value) == sizeof *value ? 0 : -1;
}

int eventfd_write(int fd, eventfd_t value) {
  return write(fd, &value, sizeof value) == sizeof value ? 0 : -1;
}
