// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// readv(2), writev(2): buffers are gathered and scattered in order, empty ones skipped; readv takes
// what is there. A bad count is EINVAL.
// gaps: 18

#include "transcript.h"
#include <sys/uio.h>

int main(void) {
  char a[4] = "", b[8] = "", c[16] = "";
  int p[2];
  MUST(pipe2(p, O_NONBLOCK));
  struct iovec out[4] = {{"one", 3}, {"", 0}, {"three", 5}, {"fourth", 6}};
  SHOW(writev(p[1], out, 4));
  struct iovec in[4] = {{a, 4}, {NULL, 0}, {b, 8}, {c, 16}};
  SHOW(readv(p[0], in, 4));
  printf("%.4s %.8s %.2s\n", a, b, c);
  SHOW(readv(p[0], in, 4));
  SHOW(writev(p[1], out, 1));
  SHOW(readv(p[0], in, 4));
  printf("%.3s\n", a);
  SHOW(writev(p[1], out, 0));
  SHOW(writev(p[1], out, -1));
  SHOW(readv(p[0], in, -1));
  SHOW(writev(p[1], out, 1025));
  SHOW(writev(p[0], out, 1));
  SHOW(readv(p[1], in, 1));

  // All of it fits into PIPE_BUF, so it goes in whole or not at all.
  static char page[65536];
  MUST(write(p[1], page, sizeof page));
  struct iovec halves[2] = {{page, 2048}, {page, 2048}};
  MUST(read(p[0], page, 3000));
  SHOW(writev(p[1], halves, 2));
  MUST(read(p[0], page, 2000));
  SHOW(writev(p[1], halves, 2));
  return 0;
}
