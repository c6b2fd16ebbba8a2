// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// ppoll(2), pselect(2), select(2): a time that is negative is EINVAL, nanoseconds out of range too,
// also when a descriptor is ready; select takes any number of microseconds that is not negative.
// gaps: 8

#include "transcript.h"
#include <sys/select.h>
#include <time.h>

static const struct timespec times[] = {{-1, 0},         {0, -1},        {0, 1000000000},
                                        {1, 2000000000}, {0, 999999999}, {0, 0}};

int main(void) {
  int p[2];
  MUST(pipe(p));
  MUST(write(p[1], "x", 1));
  for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
    struct pollfd set = {p[0], POLLIN, 0};
    fd_set r;
    FD_ZERO(&r);
    FD_SET(p[0], &r);
    printf("%ld s and %ld ns\n", (long)times[i].tv_sec, times[i].tv_nsec);
    SHOW(ppoll(&set, 1, &times[i], NULL));
    SHOW(pselect(p[0] + 1, &r, NULL, NULL, &times[i], NULL));
  }
  fd_set r;
  FD_ZERO(&r);
  FD_SET(p[0], &r);
  SHOW(select(p[0] + 1, &r, NULL, NULL, &(struct timeval){-1, 0}));
  SHOW(select(p[0] + 1, &r, NULL, NULL, &(struct timeval){0, -1}));
  SHOW(select(p[0] + 1, &r, NULL, NULL, &(struct timeval){0, 2500000}));
  return 0;
}
