/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What test/package builds in every way: a pipe that is full after 64 KiB (pipe(7)), and readable
 * to poll and to a blocking read. Stock Emscripten takes far more than 64 KiB, so the program
 * notices when it was linked without emwake. Prints `ok` as its last line.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#define PIPE_CAPACITY 65536

static char buffer[4096];

static size_t fill(int fd) {
  size_t total = 0;
  ssize_t n;
  while (total <= 2 * PIPE_CAPACITY && (n = write(fd, buffer, sizeof buffer)) > 0) total += n;
  return total;
}

int main(void) {
  int ends[2];
  if (pipe(ends) < 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) < 0) {
    perror("pipe");
    return 1;
  }
  struct pollfd pfd = {.fd = ends[0], .events = POLLIN};
  int before = poll(&pfd, 1, 0);
  size_t taken = fill(ends[1]);
  int after = poll(&pfd, 1, -1);
  ssize_t got = read(ends[0], buffer, sizeof buffer);
  if (before != 0 || taken != PIPE_CAPACITY || after != 1 || got != sizeof buffer) {
    printf("poll %d, wrote %zu, poll %d, read %zd\n", before, taken, after, got);
    return 1;
  }
  puts("ok");
  return 0;
}
