// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Half a megabyte from standard input to standard output, by poll and by blocking calls: nothing is
// lost, added or changed, at no boundary, while the other end reads slowly.
//
// gaps: 21
// needs: wait
// stdin: pipe socket
// stdout: pipe socket file

#include "driver.h"

static char buf[100000];

static size_t copy_all(size_t limit, int poll_first) {
  size_t total = 0;
  while (total < limit) {
    struct pollfd in = {0, POLLIN, 0};
    if (poll_first) MUST(poll(&in, 1, -1));
    size_t want = limit - total < sizeof buf ? limit - total : sizeof buf;
    ssize_t n = MUST(read(0, buf, want));
    if (!n) break;
    for (ssize_t done = 0; done < n;) done += MUST(write(1, buf + done, (size_t)(n - done)));
    total += (size_t)n;
  }
  return total;
}

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  TELL("receive all");
  TELL("pattern 300000");
  printf("%d bytes\n", (int)copy_all(300000, 0));
  TELL("pattern 200001");
  printf("%d bytes\n", (int)copy_all(200001, 1));
  TELL("end");
  printf("%d bytes\n", (int)copy_all(10, 0));
  return 0;
}
