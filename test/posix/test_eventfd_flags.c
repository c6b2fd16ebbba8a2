// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// eventfd(2): EFD_NONBLOCK and EFD_CLOEXEC read back; it is open for reading and writing; a dup
// shares the counter and the flags, and it lives until the last is closed.
// gaps: eventfd

#include "transcript.h"
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

int main(void) {
  eventfd_t value = 0;
  int plain = MUST(eventfd(0, 0));
  printf("nonblock %d, cloexec %d\n", !!(fcntl(plain, F_GETFL) & O_NONBLOCK),
         fcntl(plain, F_GETFD));
  int e = MUST(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  printf("nonblock %d, cloexec %d\n", !!(fcntl(e, F_GETFL) & O_NONBLOCK), fcntl(e, F_GETFD));
  CHECK((fcntl(e, F_GETFL) & O_ACCMODE) == O_RDWR);
  int again = MUST(dup(e));
  MUST(eventfd_write(e, 3));
  SHOW(close(e));
  POLL(again, POLLIN, 0);
  SHOW(eventfd_read(again, &value));
  printf("value %d\n", (int)value);
  SHOW(eventfd_read(again, &value));
  int off = 0;
  SHOW(ioctl(again, FIONBIO, &off));
  CHECK(fcntl(again, F_GETFL) & O_NONBLOCK);
  SHOW(pread(again, &value, sizeof value, 0));
  SHOW(close(again));
  SHOW(eventfd_write(again, 1));
  return 0;
}
