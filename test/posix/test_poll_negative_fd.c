// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2): a negative fd is ignored: revents is 0 and it is not counted.
// gaps: 1

#include "transcript.h"

int main(void) {
  int p[2];
  MUST(pipe(p));
  MUST(write(p[1], "x", 1));
  struct pollfd set[3] = {
    {-1, POLLIN, POLLIN}, {p[0], POLLIN, 0}, {-100, POLLOUT | POLLIN, POLLNVAL}};
  SHOW(poll(set, 3, 0));
  for (int i = 0; i < 3; i++) printf("set[%d]: %s\n", i, event_names(set[i].revents));
  struct pollfd none = {-1, POLLIN, -1};
  SHOW(poll(&none, 1, 0));
  printf("none: %s\n", event_names(none.revents));
  return 0;
}
