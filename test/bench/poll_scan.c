// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll() with timeout 0 over the read ends of 1,000 pipes, the last of which is ready, or with the
// argument `idle` none of them: calls per second.

#include "bench.h"

#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PIPES = 1000 };

static struct pollfd set[PIPES];
static int ready;

static void step(void) {
  BENCH_CHECK(poll(set, PIPES, 0) == ready);
}

static void raise_fd_limit(void) {
#ifndef __EMSCRIPTEN__
  struct rlimit limit;
  BENCH_CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  BENCH_CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
#endif
}

int main(int argc, char **argv) {
  bool idle = argc > 2 && strcmp(argv[2], "idle") == 0;
  int fds[2] = {-1, -1};
  raise_fd_limit();
  for (int i = 0; i < PIPES; i++) {
    BENCH_CHECK(pipe(fds) == 0);
    set[i] = (struct pollfd){.fd = fds[0], .events = POLLIN};
  }
  if (!idle) {
    BENCH_CHECK(write(fds[1], "x", 1) == 1);
    ready = 1;
  }
  bench_run(step, 1, bench_seconds(argc, argv));
  BENCH_CHECK(set[PIPES - 1].revents == (idle ? 0 : POLLIN) && set[0].revents == 0);
  return 0;
}
