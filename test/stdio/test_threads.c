// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Threads read standard input and write standard output by themselves, while main waits for
// something else.
//
// needs: wait threads
// stdin: pipe socket
// stdout: pipe file

#include "driver.h"
#include <stdbool.h>

static int p[2];

static void *copy(void *arg) {
  (void)arg;
  static char buf[70000];
  size_t total = 0;
  bool by_poll = false;
  for (;; by_poll = !by_poll) {
    struct pollfd in = {0, POLLIN, 0};
    if (by_poll) MUST(poll(&in, 1, -1));
    ssize_t n = MUST(read(0, buf, sizeof buf));
    if (!n) break;
    for (ssize_t done = 0; done < n;) done += MUST(write(1, buf + done, (size_t)(n - done)));
    total += (size_t)n;
    if (total == 300000) TELL("end");
  }
  MUST(write(p[1], &total, sizeof total));
  return NULL;
}

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  MUST(pipe(p));
  TELL("receive all");
  TELL("pattern 300000");
  pthread_t thread;
  pthread_create(&thread, NULL, copy, NULL);
  size_t total = 0;
  POLL(p[0], POLLIN, -1);
  SHOW(read(p[0], &total, sizeof total) == sizeof total);
  printf("%d bytes\n", (int)total);
  pthread_join(thread, NULL);
  return 0;
}
