// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe(7): a pipe holds 65536 bytes; what it is full of comes out in order.
// gaps: 16

#include "transcript.h"

int main(void) {
  static char out[4096], in[4096];
  int p[2];
  MUST(pipe2(p, O_NONBLOCK));
  long total = 0;
  ssize_t n;
  for (int page = 0; page < 64; page++) {
    memset(out, 'a' + page, sizeof out);
    n = write(p[1], out, sizeof out);
    if (n < 0) break;
    total += n;
  }
  printf("the pipe took %ld bytes\n", total);
  SHOW(write(p[1], out, sizeof out));
  SHOW(write(p[1], out, 1));
  POLL(p[1], POLLOUT, 0);
  POLL(p[0], POLLIN, 0);

  long read_total = 0;
  int in_order = 1;
  while ((n = read(p[0], in, sizeof in)) > 0) {
    for (ssize_t i = 0; i < n; i++) in_order &= in[i] == 'a' + (read_total + i) / 4096;
    read_total += n;
  }
  printf("then read: %zd %s\n", n, errno_name(errno));
  CHECK(read_total == total);
  CHECK(in_order);
  POLL(p[0], POLLIN, 0);
  POLL(p[1], POLLOUT, 0);
  return 0;
}
