// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe(7): messages of up to PIPE_BUF bytes from several threads do not mix, and each is read by
// one of the readers.
// gaps: 18
// needs: threads wait

#include "transcript.h"

enum { WRITERS = 3, READERS = 2, MESSAGES = 400, SIZE = 1024 };

static int p[2];
static int counts[READERS][WRITERS], broken[READERS];

static void *writer(void *number) {
  char message[SIZE];
  memset(message, 'a' + *(int *)number, SIZE);
  for (int i = 0; i < MESSAGES; i++) write(p[1], message, SIZE);
  return NULL;
}

static void *reader(void *number) {
  int self = *(int *)number;
  char message[SIZE];
  ssize_t n;
  while ((n = read(p[0], message, SIZE)) > 0) {
    int same = n == SIZE;
    for (ssize_t i = 0; i < n; i++) same &= message[i] == message[0];
    broken[self] += !same;
    counts[self][message[0] - 'a']++;
  }
  return NULL;
}

int main(void) {
  pthread_t writers[WRITERS], readers[READERS];
  int numbers[WRITERS] = {0, 1, 2};
  MUST(pipe(p));
  for (int i = 0; i < READERS; i++) pthread_create(&readers[i], NULL, reader, &numbers[i]);
  for (int i = 0; i < WRITERS; i++) pthread_create(&writers[i], NULL, writer, &numbers[i]);
  for (int i = 0; i < WRITERS; i++) pthread_join(writers[i], NULL);
  MUST(close(p[1]));
  for (int i = 0; i < READERS; i++) pthread_join(readers[i], NULL);
  for (int i = 0; i < WRITERS; i++) {
    printf("messages of writer %d: %d\n", i, counts[0][i] + counts[1][i]);
  }
  printf("broken: %d\n", broken[0] + broken[1]);
  return 0;
}
