// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe(7): a read of an empty pipe waits for data and returns what is there, not what was asked.
// gaps: 18
// needs: wait

#include "transcript.h"

static int p[2];

static void write_later(void *text) {
  write(p[1], text, strlen(text));
}

int main(void) {
  char buf[64];
  MUST(pipe(p));
  when_blocked(write_later, "hello");
  ssize_t n = SHOW(read(p[0], buf, sizeof buf));
  printf("got \"%.*s\"\n", (int)n, buf);

  when_blocked(write_later, "abcdef");
  SHOW(read(p[0], buf, 2));
  printf("got \"%.2s\"\n", buf);
  SHOW(read(p[0], buf, sizeof buf));
  printf("got \"%.4s\"\n", buf);
  return 0;
}
