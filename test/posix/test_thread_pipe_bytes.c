// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe(7): several threads write and several read one small pipe, in pieces of any size: no byte is
// lost and none comes twice, and readers of two descriptors that are dup'ed see one stream.
// needs: threads wait

#include "transcript.h"
#include <stdatomic.h>

enum { WRITERS = 3, READERS = 3, BYTES = 60000 };

static int p[2], copy;
static atomic_int counts[WRITERS], others;

static void *writer(void *number) {
  int self = *(int *)number;
  char piece[7001];
  memset(piece, 'a' + self, sizeof piece);
  for (int left = BYTES, i = 1; left; i++) {
    int n = (i * 977 + self * 131) % (int)sizeof piece + 1;
    n = n < left ? n : left;
    if (write(p[1], piece, (size_t)n) != n) others++;
    left -= n;
  }
  return NULL;
}

static void *reader(void *number) {
  int self = *(int *)number;
  char piece[5003];
  ssize_t n;
  for (int i = 1; (n = read(self ? p[0] : copy, piece, (size_t)(i * 313 % 5003 + 1))) > 0; i++) {
    for (ssize_t k = 0; k < n; k++) {
      if (piece[k] >= 'a' && piece[k] < 'a' + WRITERS) {
        counts[piece[k] - 'a']++;
      } else {
        others++;
      }
    }
  }
  return NULL;
}

int main(void) {
  pthread_t writers[WRITERS], readers[READERS];
  int numbers[] = {0, 1, 2};
  MUST(pipe(p));
  copy = MUST(dup(p[0]));
  MUST(fcntl(p[0], F_SETPIPE_SZ, 4096));
  for (int i = 0; i < READERS; i++) pthread_create(&readers[i], NULL, reader, &numbers[i]);
  for (int i = 0; i < WRITERS; i++) pthread_create(&writers[i], NULL, writer, &numbers[i]);
  for (int i = 0; i < WRITERS; i++) pthread_join(writers[i], NULL);
  MUST(close(p[1]));
  for (int i = 0; i < READERS; i++) pthread_join(readers[i], NULL);
  for (int i = 0; i < WRITERS; i++) printf("bytes of writer %d: %d\n", i, counts[i]);
  printf("others: %d\n", others);
  return 0;
}
