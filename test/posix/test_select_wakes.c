// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// select(2): a wait on all three sets ends when a descriptor of one becomes ready; bits of those
// that are not are cleared. On Linux the timeout then holds what was left of it.
// needs: wait

#include "transcript.h"
#include <sys/select.h>
#include <time.h>

static int p[2], q[2];

static void write_later(void *arg) {
  (void)arg;
  write(q[1], "x", 1);
}

static void close_later(void *arg) {
  (void)arg;
  close(p[1]);
}

static void show_select(struct timeval *timeout) {
  fd_set r, w, e;
  FD_ZERO(&r);
  FD_ZERO(&w);
  FD_ZERO(&e);
  FD_SET(p[0], &r);
  FD_SET(q[0], &r);
  FD_SET(p[0], &w);
  FD_SET(q[0], &e);
  int nfds = 1 + (p[0] > q[0] ? p[0] : q[0]);
  int n = select(nfds, &r, &w, &e, timeout);
  printf("select = %d: read p %d q %d, write p %d, except q %d\n", n, !!FD_ISSET(p[0], &r),
         !!FD_ISSET(q[0], &r), !!FD_ISSET(p[0], &w), !!FD_ISSET(q[0], &e));
}

int main(void) {
  MUST(pipe(p));
  MUST(pipe(q));
  when_blocked(write_later, NULL);
  show_select(NULL);
  char c;
  MUST(read(q[0], &c, 1));

  struct timeval timeout = {60, 0};
  when_blocked(close_later, NULL);
  show_select(&timeout);
  CHECK(timeout.tv_sec < 60);
  CHECK(timeout.tv_sec >= 20);

  MUST(close(p[0]));
  MUST(pipe(p));
  timeout = (struct timeval){0, 20000};
  show_select(&timeout);
  printf("left: %ld s %ld us\n", (long)timeout.tv_sec, (long)timeout.tv_usec);
  return 0;
}
