// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// nanosleep(2) in threads: each sleeps by itself, so that they wake in the order of their times,
// whoever began first; and pthread_cancel(3) ends a sleep, which is a cancellation point.
// needs: threads wait

#include "timerfds.h"

static int p[2];

static void *sleeper(void *arg) {
  char name = *(const char *)arg;
  usleep((useconds_t)(name - 'a' + 1) * 60000);
  write(p[1], &name, 1);
  return NULL;
}

static void *sleep_for_ever(void *arg) {
  write(p[1], "!", 1);
  struct timespec endless = {INT64_MAX, 0};
  SHOW(nanosleep(&endless, NULL));
  return arg;
}

int main(void) {
  pthread_t threads[3];
  char got[4] = {0};
  void *result;
  MUST(pipe(p));
  for (int i = 0; i < 3; i++) {
    pthread_create(&threads[i], NULL, sleeper, (void *)&"cab"[i]);
  }
  for (int i = 0; i < 3; i++) MUST(read(p[0], got + i, 1));
  printf("%s\n", got);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);

  pthread_create(&threads[0], NULL, sleep_for_ever, NULL);
  MUST(read(p[0], got, 1));
  pthread_cancel(threads[0]);
  pthread_join(threads[0], &result);
  CHECK(result == PTHREAD_CANCELED);
  return 0;
}
