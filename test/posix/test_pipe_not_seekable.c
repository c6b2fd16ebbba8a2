// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// lseek(2), pread(2), pwrite(2) on a pipe are ESPIPE; fstat(2) says that it is one; it is no tty.

#include "transcript.h"
#include <sys/stat.h>

int main(void) {
  char c;
  int p[2];
  struct stat st;
  MUST(pipe(p));
  SHOW(lseek(p[0], 0, SEEK_CUR));
  SHOW(lseek(p[1], 0, SEEK_END));
  SHOW(pread(p[0], &c, 1, 0));
  SHOW(pwrite(p[1], &c, 1, 0));
  SHOW(fstat(p[0], &st));
  CHECK(S_ISFIFO(st.st_mode));
  CHECK(st.st_size == 0);
  SHOW(fstat(p[1], &st));
  CHECK(S_ISFIFO(st.st_mode));
  CHECK(isatty(p[0]));
  SHOW(ftruncate(p[1], 0));
  SHOW(fsync(p[1]));
  return 0;
}
