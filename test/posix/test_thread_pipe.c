// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A thread that waits in read is woken by another thread's write, and one that waits in write by
// another's read.
// gaps: 18
// needs: threads wait

#include "transcript.h"

static int to_worker[2], to_main[2];

static void *worker(void *arg) {
  (void)arg;
  char buf[64];
  ssize_t n;
  while ((n = read(to_worker[0], buf, sizeof buf)) > 0) {
    for (ssize_t i = 0; i < n; i++) buf[i] |= 0x20;
    write(to_main[1], buf, (size_t)n);
  }
  close(to_main[1]);
  return NULL;
}

int main(void) {
  char buf[64];
  pthread_t thread;
  MUST(pipe(to_worker));
  MUST(pipe(to_main));
  pthread_create(&thread, NULL, worker, NULL);
  for (int i = 0; i < 100; i++) {
    int n = snprintf(buf, sizeof buf, "MESSAGE %d", i);
    MUST(write(to_worker[1], buf, (size_t)n));
    n = (int)MUST(read(to_main[0], buf, sizeof buf));
    if (i % 33 == 0) printf("%.*s\n", n, buf);
  }
  MUST(close(to_worker[1]));
  SHOW(read(to_main[0], buf, sizeof buf));
  SHOW(pthread_join(thread, NULL));
  return 0;
}
