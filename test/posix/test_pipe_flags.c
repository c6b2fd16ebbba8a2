// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe2(2), fcntl(2): the ends are O_RDONLY and O_WRONLY; O_NONBLOCK and O_CLOEXEC read back and
// can be changed, the access mode cannot. pipe(2) sets neither.
// gaps: 19

#include "transcript.h"

static void show_flags(const char *name, int fd) {
  int flags = fcntl(fd, F_GETFL);
  printf("%s: access %s, nonblock %d, direct %d, cloexec %d\n", name,
         (flags & O_ACCMODE) == O_RDONLY   ? "read"
         : (flags & O_ACCMODE) == O_WRONLY ? "write"
                                           : "both",
         !!(flags & O_NONBLOCK), !!(flags & O_DIRECT), fcntl(fd, F_GETFD));
}

int main(void) {
  static const int sets[] = {0, O_NONBLOCK, O_CLOEXEC, O_DIRECT, O_NONBLOCK | O_CLOEXEC | O_DIRECT};
  int p[2];
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
    MUST(pipe2(p, sets[i]));
    show_flags("reader", p[0]);
    show_flags("writer", p[1]);
  }
  MUST(pipe(p));
  show_flags("reader", p[0]);
  SHOW(fcntl(p[0], F_SETFL, O_RDWR | O_NONBLOCK));
  SHOW(fcntl(p[1], F_SETFD, FD_CLOEXEC));
  show_flags("reader", p[0]);
  show_flags("writer", p[1]);
  SHOW(fcntl(p[0], F_SETFL, 0));
  SHOW(fcntl(p[1], F_SETFL, O_DIRECT));
  show_flags("reader", p[0]);
  show_flags("writer", p[1]);
  SHOW(fcntl(1000, F_GETFL));
  SHOW(fcntl(1000, F_GETFD));
  return 0;
}
