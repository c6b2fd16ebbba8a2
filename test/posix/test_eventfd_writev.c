// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// writev(2) on an eventfd: each segment is a write of its own (do_loop_readv_writev in
// fs/read_write.c), while readv is one read.

#include "transcript.h"
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/uio.h>

int main(void) {
  uint64_t one[2] = {3, 4}, got[2] = {0};
  int counter = MUST(eventfd(0, EFD_NONBLOCK));
  struct iovec halves[2] = {{one, 4}, {(char *)one + 4, 4}};
  SHOW(writev(counter, halves, 2));
  struct iovec both[1] = {{one, 16}};
  SHOW(writev(counter, both, 1));
  struct iovec each[5] = {{one, 8}, {one, 0}, {one, 0}, {one + 1, 8}, {one, 0}};
  SHOW(writev(counter, each, 5));
  SHOW(read(counter, got, 8));
  printf("%d\n", (int)got[0]);
  struct iovec empty_first[2] = {{one, 0}, {one, 8}};
  SHOW(writev(counter, empty_first, 2));
  struct iovec then_short[2] = {{one, 8}, {one, 7}};
  SHOW(writev(counter, then_short, 2));
  uint64_t most = UINT64_MAX - 1;
  struct iovec full[2] = {{one + 1, 8}, {&most, 8}};
  SHOW(writev(counter, full, 2));
  struct iovec apart[2] = {{got, 4}, {(char *)got + 4, 4}};
  SHOW(readv(counter, apart, 2));
  printf("%d\n", (int)got[0]);
  return 0;
}
