// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// timer_create(2) with SIGEV_THREAD, which calls a function in another thread, and SIGEV_THREAD_ID.
//
// needs: threads wait

#include "signals.h"
#include <time.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static int p[2];
static pthread_t main_thread;

static void notified(union sigval value) {
  char byte = (char)value.sival_int;
  if (!pthread_equal(pthread_self(), main_thread)) write(p[1], &byte, 1);
}

static void *wait_in_thread(void *arg) {
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1};
  struct itimerspec value = {.it_value = {0, 10000000}};
  sigset_t set = set_of(SIGUSR1, 0);
  timer_t timer;
  int sig = 0;
  (void)arg;
  event.sigev_notify_thread_id = gettid();
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  SHOW(timer_settime(timer, 0, &value, NULL));
  SHOW(sigwait(&set, &sig));
  CHECK(sig == SIGUSR1);
  SHOW(timer_delete(timer));
  return NULL;
}

int main(void) {
  timer_t timer;
  pthread_t thread;
  char byte = 0;
  struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = notified};
  struct itimerspec value = {.it_value = {0, 10000000}, .it_interval = {0, 10000000}};
  main_thread = pthread_self();
  MUST(pipe(p));
  event.sigev_value.sival_int = 'n';
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  SHOW(timer_settime(timer, 0, &value, NULL));
  for (int i = 0; i < 3; i++) {
    SHOW(read(p[0], &byte, 1));
    CHECK(byte == 'n');
  }
  SHOW(timer_delete(timer));

  block(SIGUSR1);
  MUST(pthread_create(&thread, NULL, wait_in_thread, NULL));
  pthread_join(thread, NULL);
  return 0;
}
