// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// timer_create(2) with SIGEV_SIGNAL and SIGEV_NONE: what comes with the signal, timer_settime(2) relative
// and absolute, timer_gettime(2), overruns, deletion and errors.
//
// gaps: 4
// needs: wait

#include "signals.h"
#include <time.h>

static void pass(int ms) {
  struct pollfd none = {-1, 0, 0};
  while (poll(&none, 1, ms) < 0) {
  }
}

int main(void) {
  timer_t timer, quiet;
  siginfo_t info;
  struct itimerspec value, old;
  sigset_t set = set_of(SIGUSR1, 0);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  event.sigev_value.sival_int = 42;
  block(SIGUSR1);

  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  SHOW(timer_gettime(timer, &value));
  CHECK(value.it_value.tv_sec == 0 && value.it_value.tv_nsec == 0);
  value = (struct itimerspec){.it_value = {0, 10000000}};
  SHOW(timer_settime(timer, 0, &value, &old));
  SHOW(sigwaitinfo(&set, &info));
  printf("code %d, value %d, overrun %d\n", info.si_code == SI_TIMER, info.si_value.sival_int,
         info.si_overrun);
  SHOW(timer_getoverrun(timer));

  value = (struct itimerspec){.it_value = {0, 5000000}, .it_interval = {0, 5000000}};
  SHOW(timer_settime(timer, 0, &value, NULL));
  pass(60);
  SHOW(sigwaitinfo(&set, &info));
  CHECK(info.si_overrun >= 5);
  CHECK(timer_getoverrun(timer) == info.si_overrun);
  for (int i = 0; i < 3; i++) {
    SHOW(sigwaitinfo(&set, &info));
  }
  value = (struct itimerspec){0};
  SHOW(timer_settime(timer, 0, &value, &old));
  CHECK(old.it_interval.tv_nsec == 5000000);
  CHECK(is_pending(SIGUSR1));

  clock_gettime(CLOCK_MONOTONIC, &value.it_value);
  SHOW(timer_settime(timer, TIMER_ABSTIME, &value, NULL));
  SHOW(sigwaitinfo(&set, &info));
  value = (struct itimerspec){.it_value = {1000, 0}};
  SHOW(timer_settime(timer, 0, &value, NULL));
  SHOW(timer_gettime(timer, &value));
  CHECK(value.it_value.tv_sec >= 999);
  SHOW(timer_delete(timer));

  event.sigev_notify = SIGEV_NONE;
  SHOW(timer_create(CLOCK_REALTIME, &event, &quiet));
  value = (struct itimerspec){.it_value = {0, 1000000}};
  SHOW(timer_settime(quiet, 0, &value, NULL));
  pass(20);
  SHOW(timer_gettime(quiet, &value));
  CHECK(value.it_value.tv_sec == 0 && value.it_value.tv_nsec == 0);
  CHECK(is_pending(SIGUSR1));
  SHOW(timer_delete(quiet));

  // By default SIGALRM.
  install(SIGALRM, count_signal, 0);
  SHOW(timer_create(CLOCK_REALTIME, NULL, &timer));
  value = (struct itimerspec){.it_value = {0, 20000000}};
  SHOW(timer_settime(timer, 0, &value, NULL));
  SHOW(pause());
  printf("caught: %d\n", caught[SIGALRM]);
  value.it_value.tv_nsec = 1000000000;
  SHOW(timer_settime(timer, 0, &value, NULL));
  SHOW(timer_delete(timer));

  event.sigev_notify = 77;
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = 65;
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  event.sigev_signo = SIGUSR1;
  SHOW(timer_create(99, &event, &timer));
  return 0;
}
