// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// eventfd(2): a read at 0 waits for a write, a write that does not fit waits for a read, poll for
// either.
// gaps: eventfd blocking
// needs: wait

#include "transcript.h"
#include <stdint.h>
#include <sys/eventfd.h>

static int e;

static void write_seven(void *arg) {
  (void)arg;
  eventfd_write(e, 7);
}

static void read_all(void *arg) {
  (void)arg;
  eventfd_t value;
  eventfd_read(e, &value);
}

int main(void) {
  eventfd_t value = 0;
  e = MUST(eventfd(0, 0));
  when_blocked(write_seven, NULL);
  SHOW(eventfd_read(e, &value));
  printf("value %d\n", (int)value);

  when_blocked(write_seven, NULL);
  POLL(e, POLLIN, -1);
  SHOW(eventfd_write(e, UINT64_MAX - 8));
  when_blocked(read_all, NULL);
  SHOW(eventfd_write(e, 5));
  SHOW(eventfd_read(e, &value));
  printf("value %d\n", (int)value);

  MUST(eventfd_write(e, UINT64_MAX - 1));
  when_blocked(read_all, NULL);
  POLL(e, POLLOUT, -1);
  return 0;
}
