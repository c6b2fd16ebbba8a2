// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2): too many descriptors is EINVAL, a set outside memory EFAULT; an empty set is a timer.
// gaps: 9

#include "transcript.h"
#include <limits.h>

int main(void) {
  int p[2];
  MUST(pipe(p));
  struct pollfd one = {p[0], POLLIN, -1};
  SHOW(poll(&one, UINT_MAX, 0));
  SHOW(poll(NULL, 1, 0));
  SHOW(poll(NULL, 0, 0));
  SHOW(poll(NULL, 0, 1));
  SHOW(poll(&one, 0, 0));
  printf("revents of an entry outside the count is %s\n", one.revents == -1 ? "kept" : "changed");
  SHOW(poll(&one, 1, 0));
  printf("revents of the idle entry: %s\n", event_names(one.revents));
  return 0;
}
