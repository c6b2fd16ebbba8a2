// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What is written to standard output goes out as it is and at once: NUL, no end of line, bytes that
// are no text; write and stdio in the order of their flushes; all of it at the end.
//
// gaps: 21
// stdin: null
// stdout: pipe socket tty file null

#include "driver.h"
#include <sys/uio.h>

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
  SHOW(write(1, "a\0b\377", 4));
  fprintf(stdout, "of stdio");
  SHOW(write(1, " before ", 8));
  fflush(stdout);
  struct iovec iov[3] = {{"x", 1}, {"", 0}, {"yz\n", 3}};
  SHOW(writev(1, iov, 3));
  SHOW(write(1, "", 0));
  SHOW(isatty(1));
  POLL(1, POLLOUT | POLLWRNORM, 0);
  fprintf(stdout, "the end, without a line");
  return 3;
}
