// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// fcntl(2), F_SETPIPE_SZ: sizes are rounded up to a power of two of at least a page; below what the
// pipe holds is EBUSY; F_GETPIPE_SZ of either end tells; the pipe then holds just that.
// gaps: 16

#include "transcript.h"

static long fill(int fd) {
  static char page[4096];
  long total = 0;
  ssize_t n;
  while ((n = write(fd, page, sizeof page)) > 0 && total < 1 << 22) total += n;
  return total;
}

int main(void) {
  static char buf[65536];
  int p[2];
  MUST(pipe2(p, O_NONBLOCK));
  SHOW(fcntl(p[0], F_GETPIPE_SZ));
  SHOW(fcntl(p[1], F_GETPIPE_SZ));
  SHOW(fcntl(p[0], F_SETPIPE_SZ, 4096));
  SHOW(fcntl(p[1], F_GETPIPE_SZ));
  SHOW(fill(p[1]));
  POLL(p[1], POLLOUT, 0);
  SHOW(fcntl(p[1], F_SETPIPE_SZ, 16384));
  POLL(p[1], POLLOUT, 0);
  SHOW(fill(p[1]));
  SHOW(fcntl(p[1], F_SETPIPE_SZ, 4096));
  SHOW(fcntl(p[1], F_GETPIPE_SZ));
  SHOW(read(p[0], buf, 12288));
  SHOW(fcntl(p[1], F_SETPIPE_SZ, 4096));
  SHOW(read(p[0], buf, sizeof buf));

  SHOW(fcntl(p[1], F_SETPIPE_SZ, 0));
  SHOW(fcntl(p[1], F_SETPIPE_SZ, 1));
  SHOW(fcntl(p[1], F_SETPIPE_SZ, 4097));
  SHOW(fcntl(p[1], F_SETPIPE_SZ, 65537));
  SHOW(fcntl(p[1], F_SETPIPE_SZ, 1000000));
  SHOW(fill(p[1]));
  SHOW(fcntl(p[1], F_SETPIPE_SZ, -1));
  SHOW(fcntl(p[1], F_GETPIPE_SZ));

  int null = MUST(open("/dev/null", O_RDWR));
  SHOW(fcntl(null, F_GETPIPE_SZ));
  SHOW(fcntl(null, F_SETPIPE_SZ, 4096));
  return 0;
}
