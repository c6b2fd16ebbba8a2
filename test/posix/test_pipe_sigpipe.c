// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe(7): a write when no reader is left raises SIGPIPE and fails with EPIPE, however it is
// written; also with O_NONBLOCK, and when the pipe is full.
// gaps: 17

#include "transcript.h"
#include <signal.h>
#include <sys/uio.h>

static volatile int signals;

static void count(int sig) {
  (void)sig;
  signals++;
}

int main(void) {
  static char page[65536];
  int p[2];
  signal(SIGPIPE, count);
  MUST(pipe(p));
  MUST(write(p[1], "x", 1));
  MUST(close(p[0]));
  SHOW(write(p[1], "x", 1));
  printf("signals: %d\n", signals);
  SHOW(writev(p[1], &(struct iovec){page, 8}, 1));
  printf("signals: %d\n", signals);
  SHOW(write(p[1], page, 0));
  printf("signals: %d\n", signals);
  signal(SIGPIPE, SIG_IGN);
  SHOW(write(p[1], "x", 1));
  printf("signals: %d\n", signals);
  signal(SIGPIPE, count);
  MUST(close(p[1]));

  MUST(pipe2(p, O_NONBLOCK));
  MUST(write(p[1], page, sizeof page));
  MUST(close(p[0]));
  SHOW(write(p[1], "x", 1));
  printf("signals: %d\n", signals);
  POLL(p[1], POLLOUT, 0);
  return 0;
}
