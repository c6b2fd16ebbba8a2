// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// eventfd(2), EFD_SEMAPHORE: a read at 0 waits; one write of n lets n reads pass.
// gaps: eventfd blocking
// needs: wait

#include "transcript.h"
#include <stdint.h>
#include <sys/eventfd.h>

static int e;

static void post_two(void *arg) {
  (void)arg;
  eventfd_write(e, 2);
}

int main(void) {
  eventfd_t value = 0;
  e = MUST(eventfd(0, EFD_SEMAPHORE));
  when_blocked(post_two, NULL);
  SHOW(eventfd_read(e, &value));
  printf("value %d\n", (int)value);
  SHOW(eventfd_read(e, &value));
  printf("value %d\n", (int)value);
  POLL(e, POLLIN, 0);
  when_blocked(post_two, NULL);
  SHOW(eventfd_read(e, &value));
  POLL(e, POLLIN, 0);
  return 0;
}
