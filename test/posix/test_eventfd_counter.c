// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// eventfd(2): writes add to the counter, a read takes all of it and resets it to 0; O_NONBLOCK
// gives EAGAIN at 0 and where the counter would exceed 2^64-2.
// gaps: eventfd

#include "transcript.h"
#include <stdint.h>
#include <sys/eventfd.h>

static void show_read(int fd) {
  uint64_t value = 0;
  if (SHOW(read(fd, &value, sizeof value)) > 0) printf("value %#llx\n", (unsigned long long)value);
}

static void show_write(int fd, uint64_t value) {
  printf("writing %#llx\n", (unsigned long long)value);
  SHOW(write(fd, &value, sizeof value));
}

int main(void) {
  int e = MUST(eventfd(3, EFD_NONBLOCK));
  show_read(e);
  show_read(e);
  show_write(e, 1);
  show_write(e, 41);
  show_read(e);
  show_write(e, 0);
  show_read(e);
  show_write(e, UINT64_MAX - 1);
  show_write(e, 1);
  show_read(e);
  show_write(e, UINT64_MAX - 2);
  show_write(e, 2);
  show_write(e, 1);
  show_read(e);
  show_write(e, UINT64_MAX);

  int full = MUST(eventfd(UINT32_MAX, EFD_NONBLOCK));
  show_read(full);
  return 0;
}
