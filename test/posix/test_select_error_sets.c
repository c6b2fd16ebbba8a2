// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// select(2): an error makes a descriptor writable where it was asked about in writefds, and
// readable where in readfds; a hang-up makes it readable only. The result is the number of bits.
// gaps: 6

#include "transcript.h"
#include <sys/select.h>

static void show_select(int fd, int in_read, int in_write, int in_except) {
  fd_set r, w, e;
  FD_ZERO(&r);
  FD_ZERO(&w);
  FD_ZERO(&e);
  if (in_read) FD_SET(fd, &r);
  if (in_write) FD_SET(fd, &w);
  if (in_except) FD_SET(fd, &e);
  int n = select(fd + 1, &r, &w, &e, &(struct timeval){0, 0});
  printf("asked %d%d%d: %d, read %d write %d except %d\n", in_read, in_write, in_except, n,
         !!FD_ISSET(fd, &r), !!FD_ISSET(fd, &w), !!FD_ISSET(fd, &e));
}

static void show_all(const char *what, int fd) {
  printf("%s\n", what);
  show_select(fd, 1, 0, 0);
  show_select(fd, 0, 1, 0);
  show_select(fd, 0, 0, 1);
  show_select(fd, 1, 1, 1);
}

int main(void) {
  int p[2], q[2];
  MUST(pipe(p));
  show_all("idle read end", p[0]);
  show_all("idle write end", p[1]);
  MUST(pipe(q));
  MUST(close(q[0]));
  show_all("write end without reader: POLLERR", q[1]);
  MUST(close(p[1]));
  show_all("read end without writer: POLLHUP", p[0]);
  return 0;
}
