// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// eventfd(2), EFD_SEMAPHORE: a read gives 1 and takes 1.
// gaps: eventfd

#include "transcript.h"
#include <stdint.h>
#include <sys/eventfd.h>

int main(void) {
  int e = MUST(eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK));
  uint64_t value;
  for (int i = 0; i < 3; i++) {
    value = 99;
    POLL(e, POLLIN, 0);
    SHOW(read(e, &value, sizeof value));
    printf("value %d\n", (int)value);
  }
  value = 1;
  SHOW(write(e, &value, sizeof value));
  SHOW(read(e, &value, sizeof value));
  SHOW(read(e, &value, sizeof value));
  return 0;
}
