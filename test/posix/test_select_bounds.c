// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// select(2): nfds above FD_SETSIZE reads nothing past the sets that could name an open descriptor
// and writes nothing there; a negative one is EINVAL. An error leaves the sets as they were.
// gaps: 9

#include "transcript.h"
#include <sys/select.h>

int main(void) {
  static struct {
    fd_set set;
    unsigned char beyond[64];
  } r;
  int p[2];
  MUST(pipe(p));
  MUST(write(p[1], "x", 1));
  memset(r.beyond, 0xff, sizeof r.beyond);
  FD_SET(p[0], &r.set);
  SHOW(select(-1, &r.set, NULL, NULL, &(struct timeval){0, 0}));
  CHECK(FD_ISSET(p[0], &r.set));
  SHOW(select(FD_SETSIZE + 256, &r.set, NULL, NULL, &(struct timeval){0, 0}));
  CHECK(FD_ISSET(p[0], &r.set));
  int changed = 0;
  for (size_t i = 0; i < sizeof r.beyond; i++) changed += r.beyond[i] != 0xff;
  printf("bytes changed beyond the set: %d\n", changed);

  // Bits from nfds on are not looked at.
  FD_ZERO(&r.set);
  FD_SET(p[0], &r.set);
  FD_SET(FD_SETSIZE - 1, &r.set);
  SHOW(select(p[0] + 1, &r.set, NULL, NULL, &(struct timeval){0, 0}));
  SHOW(select(p[0], &r.set, NULL, NULL, &(struct timeval){0, 0}));
  return 0;
}
