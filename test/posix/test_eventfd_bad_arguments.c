// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// eventfd(2): less than 8 bytes and the value 2^64-1 are EINVAL; more than 8 bytes are read and
// written as 8; unknown flags are EINVAL, buffers outside memory EFAULT.
// gaps: eventfd

#include "transcript.h"
#include <stdint.h>
#include <sys/eventfd.h>

static char *volatile null;

int main(void) {
  uint64_t words[2] = {5, 6};
  SHOW(eventfd(0, 0x4711));
  int e = MUST(eventfd(1, EFD_NONBLOCK));
  SHOW(read(e, words, 7));
  SHOW(read(e, words, 0));
  SHOW(write(e, words, 7));
  SHOW(write(e, words, 0));
  SHOW(write(e, null, 8));
  SHOW(write(e, words, sizeof words));
  SHOW(read(e, words, sizeof words));
  printf("value %d, next word %d\n", (int)words[0], (int)words[1]);
  words[0] = UINT64_MAX;
  SHOW(write(e, words, 8));
  SHOW(read(e, words, 8));
  MUST(close(e));
  SHOW(read(e, words, 8));
  SHOW(write(e, words, 8));
  return 0;
}
