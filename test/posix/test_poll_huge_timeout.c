// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// ppoll(2), pselect(2), select(2): a timeout of more milliseconds than an int holds is as long as
// it says.
// gaps: 7
// needs: wait

#include "transcript.h"
#include <sys/select.h>
#include <time.h>

static int p[2];

static void write_later(void *arg) {
  (void)arg;
  write(p[1], "x", 1);
}

// 2 to the power of 32 milliseconds: in 32 bits this is 0.
static const struct timespec wraps = {4294967, 296000000};
static const struct timespec longest = {(time_t)((1ULL << 62) - 1), 999999999};

static void wait_with(const char *name, const struct timespec *timeout) {
  struct pollfd set = {p[0], POLLIN, -1};
  char c;
  printf("%s\n", name);
  when_blocked(write_later, NULL);
  SHOW(ppoll(&set, 1, timeout, NULL));
  MUST(read(p[0], &c, 1));

  fd_set r;
  FD_ZERO(&r);
  FD_SET(p[0], &r);
  when_blocked(write_later, NULL);
  SHOW(pselect(p[0] + 1, &r, NULL, NULL, timeout, NULL));
  MUST(read(p[0], &c, 1));

  when_blocked(write_later, NULL);
  SHOW(
    select(p[0] + 1, &r, NULL, NULL, &(struct timeval){timeout->tv_sec, timeout->tv_nsec / 1000}));
  MUST(read(p[0], &c, 1));
}

int main(void) {
  MUST(pipe(p));
  set_nonblocking(p[0], 1);
  wait_with("2^32 ms", &wraps);
  wait_with("the longest", &longest);
  return 0;
}
