// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// fifo(7) between threads: each waits in open for the other, then in read and write.
// gaps: fifo blocking
// needs: threads wait

#include "scratch.h"

enum { ROUNDS = 20, SIZE = 5000 };

static void *send_all(void *arg) {
  static char block[SIZE];
  for (int round = 0; round < ROUNDS; round++) {
    int fd = open("f", O_WRONLY);
    memset(block, 'a' + round, sizeof block);
    for (int i = 0; i < 20; i++) {
      write(fd, block, sizeof block);
    }
    close(fd);
    // The reader has seen the end before the next round's writer comes.
    int back = open("back", O_RDONLY);
    close(back);
  }
  return arg;
}

int main(void) {
  static char buf[SIZE];
  long total = 0, wrong = 0;
  pthread_t sender;
  MUST(mkfifo("f", 0600));
  MUST(mkfifo("back", 0600));
  pthread_create(&sender, NULL, send_all, NULL);
  for (int round = 0; round < ROUNDS; round++) {
    int fd = MUST(open("f", O_RDONLY));
    ssize_t n;
    while ((n = read(fd, buf, sizeof buf)) > 0) {
      total += n;
      wrong += buf[0] != 'a' + round || buf[n - 1] != 'a' + round;
    }
    close(fd);
    close(MUST(open("back", O_WRONLY)));
  }
  pthread_join(sender, NULL);
  CHECK(total == 20L * ROUNDS * SIZE);
  CHECK(wrong == 0);
  return 0;
}
