// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// eventfd(2): POLLIN while the counter is above 0, POLLOUT while 1 can be added.
// gaps: eventfd

#include "transcript.h"
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/select.h>

#define ALL (POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLWRNORM | POLLRDHUP)

int main(void) {
  uint64_t value;
  int e = MUST(eventfd(0, EFD_NONBLOCK));
  POLL(e, ALL, 0);
  POLL(e, POLLIN, 0);
  SHOW(eventfd_write(e, UINT64_MAX - 2));
  POLL(e, ALL, 0);
  SHOW(eventfd_write(e, 1));
  POLL(e, ALL, 0);
  POLL(e, POLLOUT, 0);

  fd_set r, w;
  FD_ZERO(&r);
  FD_ZERO(&w);
  FD_SET(e, &r);
  FD_SET(e, &w);
  SHOW(select(e + 1, &r, &w, NULL, &(struct timeval){0, 0}));
  printf("readable %d, writable %d\n", !!FD_ISSET(e, &r), !!FD_ISSET(e, &w));
  SHOW(eventfd_read(e, &value));
  CHECK(value == UINT64_MAX - 1);
  POLL(e, ALL, 0);
  SHOW(eventfd_read(e, &value));
  return 0;
}
