// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// eventfd(2) between threads: two of them pass the turn to each other; a semaphore lets through as
// many as it was given.
// gaps: eventfd
// needs: threads wait

#include "transcript.h"
#include <sys/eventfd.h>

enum { TURNS = 500, TAKERS = 3, EACH = 100 };
static int ping, pong, permits;

static void *answer(void *arg) {
  (void)arg;
  eventfd_t value;
  for (int i = 0; i < TURNS; i++) {
    eventfd_read(ping, &value);
    eventfd_write(pong, value + 1);
  }
  return NULL;
}

static void *take(void *count) {
  eventfd_t value;
  for (int i = 0; i < EACH; i++) {
    if (eventfd_read(permits, &value) == 0 && value == 1) ++*(int *)count;
  }
  return NULL;
}

int main(void) {
  pthread_t thread, takers[TAKERS];
  int counts[TAKERS] = {0};
  eventfd_t value = 0, sum = 0;
  ping = MUST(eventfd(0, 0));
  pong = MUST(eventfd(0, 0));
  permits = MUST(eventfd(0, EFD_SEMAPHORE));
  pthread_create(&thread, NULL, answer, NULL);
  for (int i = 1; i <= TURNS; i++) {
    eventfd_write(ping, (eventfd_t)i);
    eventfd_read(pong, &value);
    sum += value;
  }
  pthread_join(thread, NULL);
  printf("sum %d\n", (int)sum);

  for (int i = 0; i < TAKERS; i++) pthread_create(&takers[i], NULL, take, &counts[i]);
  for (int i = 0; i < 3; i++) eventfd_write(permits, EACH * TAKERS / 3);
  for (int i = 0; i < TAKERS; i++) pthread_join(takers[i], NULL);
  for (int i = 0; i < TAKERS; i++) printf("taker %d took %d\n", i, counts[i]);
  POLL(permits, POLLIN, 0);
  return 0;
}
