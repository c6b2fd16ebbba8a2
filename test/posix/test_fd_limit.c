// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The numbers of descriptors end at RLIMIT_NOFILE, which is 65,536 in wasm: EMFILE beyond, for every
// kind; dup2 takes the last one and no higher, F_DUPFD refuses to look higher. A pipe needs two, and
// leaves none behind.

#include "transcript.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>

#ifdef __EMSCRIPTEN__
#define LIMIT 65536
#else
#define LIMIT 64
#endif

static void make_all(int counter) {
  int p[2];
  SHOW(dup(counter));
  SHOW(fcntl(counter, F_DUPFD, 0));
  SHOW(fcntl(counter, F_DUPFD, LIMIT - 1));
  SHOW(eventfd(0, 0));
  SHOW(epoll_create1(0));
  SHOW(pipe(p));
  SHOW(socket(AF_INET, SOCK_STREAM, 0));
  SHOW(open("/dev/null", O_RDONLY));
}

int main(void) {
#ifndef __EMSCRIPTEN__
  MUST(setrlimit(RLIMIT_NOFILE, &(struct rlimit){LIMIT, LIMIT}));
#endif
  int p[2], fd, last = -1, counter = MUST(eventfd(0, 0));
  SHOW(dup2(counter, LIMIT));
  CHECK(dup2(counter, LIMIT - 1) == LIMIT - 1);
  SHOW(fcntl(counter, F_DUPFD, LIMIT));
  while ((fd = dup(counter)) >= 0) {
    last = fd;
  }
  CHECK(last == LIMIT - 2);
  make_all(counter);
  MUST(close(last));
  SHOW(pipe(p));
  CHECK(dup(counter) == last);
  SHOW(dup(counter));
  return 0;
}
