// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe(2), read(2), write(2): bad descriptors are EBADF, bad flags EINVAL, buffers outside memory
// EFAULT, and nothing is lost by any of them.
// gaps: 9

#include "transcript.h"
#include <stdint.h>
#include <sys/uio.h>

// volatile: the compiler is not to know that these calls must fail.
static char *volatile null;
static char *volatile last = (char *)(UINTPTR_MAX - 15);

int main(void) {
  char buf[16];
  int p[2];
  SHOW(pipe2(p, O_APPEND));
  SHOW(pipe2(p, 0x40000000));
  SHOW(pipe((int *)null));
  SHOW(pipe((int *)last));
  MUST(pipe2(p, O_NONBLOCK));
  SHOW(read(p[0], null, 0));
  SHOW(write(p[1], null, 1));
  SHOW(write(p[1], last, 64));
  MUST(write(p[1], "hello", 5));
  SHOW(read(p[0], null, 5));
  SHOW(read(p[0], last, 5));
  SHOW(readv(p[0], (struct iovec *)null, 1));
  SHOW(readv(p[0], &(struct iovec){null, 5}, 1));
  SHOW(writev(p[1], &(struct iovec){last, 64}, 1));
  SHOW(read(p[0], buf, sizeof buf));
  printf("%.5s\n", buf);
  SHOW(read(p[1], buf, 1));
  SHOW(write(p[0], buf, 1));
  SHOW(read(-1, buf, 1));
  SHOW(write(-1, buf, 1));
  SHOW(read(1000, buf, 1));
  SHOW(write(1000, buf, 1));
  return 0;
}
