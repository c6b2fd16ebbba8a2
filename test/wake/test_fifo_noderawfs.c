// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The host's files: Node.js cannot make a FIFO, and mkfifo says so and makes nothing.
// flags: -sNODERAWFS
// modes: jspi pthread

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
  char path[] = "/tmp/emwake-XXXXXX";
  struct stat st;
  assert(mkdtemp(path) && chdir(path) == 0);
  assert(mkfifo("f", 0600) == -1 && errno == EPERM);
  assert(stat("f", &st) == -1 && errno == ENOENT);
  assert(chdir("/") == 0 && rmdir(path) == 0);
  puts("ok");
  return 0;
}
