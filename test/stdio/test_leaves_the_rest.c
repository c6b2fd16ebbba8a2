// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A program takes no more of its standard input than it reads: the next one goes on from there.
//
// gaps: 21
// stdin: pipe file
// stdout: pipe

#include "driver.h"
#include <sys/stat.h>

int main(int argc, char **argv) {
  (void)argc;
  if (IN_IS("pipe")) TELL("write one\\ntwo\\nthree\\n");
  show_read(0, 4);
  show_read(0, 2);
  struct stat st;
  if (IN_IS("file")) SHOW(fstat(0, &st));
  return 0;
}
