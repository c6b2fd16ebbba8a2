// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A directory of a test's own, in the file system of whoever runs it: the kernel's, or Emscripten's
// MEMFS. The test runs in it, names files relative to it, and it is gone when the test exits.

#ifndef EMWAKE_TEST_SCRATCH_H
#define EMWAKE_TEST_SCRATCH_H

#include <ftw.h>
#include <sys/stat.h>

#include "transcript.h"

static char scratch_path[256];

static UNUSED int scratch_remove(const char *path, const struct stat *st, int kind,
                                 struct FTW *where) {
  (void)st;
  (void)kind;
  (void)where;
  return remove(path);
}

static UNUSED void scratch_end(void) {
  if (chdir("/") == 0) {
    nftw(scratch_path, scratch_remove, 8, FTW_DEPTH | FTW_PHYS);
  }
}

static UNUSED __attribute__((constructor)) void scratch_begin(void) {
  const char *parent = getenv("TMPDIR");
  snprintf(scratch_path, sizeof scratch_path, "%s/emwake-XXXXXX", parent ? parent : "/tmp");
  if (!mkdtemp(scratch_path)) {
    printf("mkdtemp: %s\n", errno_name(errno));
    exit(1);
  }
  MUST(chdir(scratch_path));
  umask(022);
#if !defined(__EMSCRIPTEN__)
  // In wasm the file system goes with the program.
  atexit(scratch_end);
#endif
}

#endif
