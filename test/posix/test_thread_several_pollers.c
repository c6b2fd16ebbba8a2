// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2): several threads that wait on one descriptor all wake when it becomes ready, and what
// one of them takes is gone for the others.
// gaps: 11
// needs: threads wait

#include "transcript.h"

enum { POLLERS = 3 };
static int p[2], woken[2];
static int results[POLLERS];

static void *poller(void *number) {
  struct pollfd set = {p[0], POLLIN, 0};
  results[*(int *)number] = poll(&set, 1, -1) == 1 && set.revents == POLLIN;
  write(woken[1], "x", 1);
  return NULL;
}

static void write_later(void *arg) {
  (void)arg;
  write(p[1], "x", 1);
}

int main(void) {
  char c;
  int numbers[POLLERS] = {0, 1, 2};
  pthread_t threads[POLLERS];
  MUST(pipe2(p, O_NONBLOCK));
  MUST(pipe(woken));
  for (int i = 0; i < POLLERS; i++) pthread_create(&threads[i], NULL, poller, &numbers[i]);
  when_blocked(write_later, NULL);
  for (int i = 0; i < POLLERS; i++) MUST(read(woken[0], &c, 1));
  for (int i = 0; i < POLLERS; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < POLLERS; i++) printf("poller %d: %d\n", i, results[i]);
  SHOW(read(p[0], &c, 1));
  SHOW(read(p[0], &c, 1));
  return 0;
}
