// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The program's side of test/suites/stdio.py: the transcript is stderr, and TELL gives the driver a
// command, which it does while the program goes on.

#ifndef EMWAKE_TEST_DRIVER_H
#define EMWAKE_TEST_DRIVER_H

#include <stdio.h>

#define printf(...) fprintf(stderr, __VA_ARGS__)

#include "transcript.h"

#define TELL(...) (printf("@ " __VA_ARGS__), printf("\n"))

// The kinds of standard input and output: arguments of the program.
#define IN_IS(kind) (!strcmp(argv[1], kind))
#define OUT_IS(kind) (!strcmp(argv[2], kind))

// Prints bytes with escapes.
static UNUSED void show_bytes(const char *bytes, ssize_t n) {
  for (ssize_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (c >= ' ' && c < 127 && c != '\\') {
      printf("%c", c);
    } else {
      printf("\\x%02x", c);
    }
  }
}

// Reads and prints result and bytes.
static UNUSED ssize_t show_read(int fd, size_t len) {
  char buf[4096];
  ssize_t n = read(fd, buf, len < sizeof buf ? len : sizeof buf);
  if (n < 0) {
    printf("read %d: -1 %s\n", (int)len, errno_name(errno));
  } else {
    printf("read %d: %d ", (int)len, (int)n);
    show_bytes(buf, n);
    printf("\n");
  }
  return n;
}

#endif
