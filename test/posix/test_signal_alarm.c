// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// alarm(2), setitimer(2): SIGALRM interrupts a call that is blocked, again and again with an interval;
// getitimer(2) and the values that the calls return.
//
// gaps: 4
// needs: wait

#include "signals.h"
#include <sys/time.h>

int main(void) {
  int p[2];
  char byte;
  struct itimerval value, old;
  MUST(pipe(p));
  install(SIGALRM, count_signal, 0);
  SHOW(alarm(100));
  SHOW(alarm(0));
  SHOW(alarm(0));
  SHOW(getitimer(ITIMER_REAL, &value));
  CHECK(value.it_value.tv_sec == 0 && value.it_value.tv_usec == 0);

  SHOW(alarm(1));
  SHOW(read(p[0], &byte, 1));
  printf("caught: %d\n", caught[SIGALRM]);

  value = (struct itimerval){.it_value = {0, 20000}, .it_interval = {0, 20000}};
  SHOW(setitimer(ITIMER_REAL, &value, NULL));
  for (int i = 0; i < 5; i++) {
    struct pollfd in = {p[0], POLLIN, 0};
    SHOW(poll(&in, 1, -1));
  }
  CHECK(caught[SIGALRM] >= 6);
  value = (struct itimerval){0};
  SHOW(setitimer(ITIMER_REAL, &value, &old));
  CHECK(old.it_interval.tv_sec == 0 && old.it_interval.tv_usec == 20000);
  CHECK(old.it_value.tv_sec == 0 && old.it_value.tv_usec <= 20000);

  value = (struct itimerval){.it_value = {1000, 0}, .it_interval = {2, 3}};
  SHOW(setitimer(ITIMER_REAL, &value, &old));
  CHECK(old.it_value.tv_sec == 0 && old.it_value.tv_usec == 0);
  SHOW(getitimer(ITIMER_REAL, &value));
  CHECK(value.it_value.tv_sec == 999 || value.it_value.tv_sec == 1000);
  CHECK(value.it_interval.tv_sec == 2 && value.it_interval.tv_usec == 3);
  CHECK(alarm(0) >= 999);

  value = (struct itimerval){.it_value = {0, 1000000}};
  SHOW(setitimer(ITIMER_REAL, &value, NULL));
  value = (struct itimerval){.it_value = {-1, 0}};
  SHOW(setitimer(ITIMER_REAL, &value, NULL));
  SHOW(setitimer(7, &value, NULL));
  SHOW(getitimer(7, &value));

  // It waits for the signal to be unblocked.
  block(SIGALRM);
  value = (struct itimerval){.it_value = {0, 1000}};
  SHOW(setitimer(ITIMER_REAL, &value, NULL));
  struct pollfd in = {p[0], POLLIN, 0};
  SHOW(poll(&in, 1, 50));
  CHECK(is_pending(SIGALRM));
  int before = caught[SIGALRM];
  unblock(SIGALRM);
  CHECK(caught[SIGALRM] == before + 1);
  return 0;
}
