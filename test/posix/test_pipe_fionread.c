// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe(7), FIONREAD: the bytes that can be read, from either end.
// gaps: 19

#include "transcript.h"
#include <sys/ioctl.h>

static void show_unread(int fd) {
  int unread = -1;
  SHOW(ioctl(fd, FIONREAD, &unread));
  printf("unread: %d\n", unread);
}

int main(void) {
  static char buf[5000];
  int p[2];
  MUST(pipe(p));
  show_unread(p[0]);
  MUST(write(p[1], buf, 5000));
  show_unread(p[0]);
  show_unread(p[1]);
  MUST(read(p[0], buf, 4999));
  show_unread(p[0]);
  MUST(close(p[1]));
  show_unread(p[0]);
  SHOW(ioctl(p[0], FIONREAD, NULL));
  SHOW(ioctl(p[0], 0x4711, NULL));
  return 0;
}
