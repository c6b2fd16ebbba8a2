// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Two threads send a byte to and fro, each blocked in read until it comes: round trips per second,
// over two pipes or, with the argument `eventfd`, over two eventfds.

#include "bench.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#if __has_include(<sys/eventfd.h>)
#include <sys/eventfd.h>
#define HAVE_EVENTFD 1
#else
#define HAVE_EVENTFD 0
#endif

static int there[2], back[2];
static size_t size = 1;

// Where a read cannot block (stock emcc), a poll does.
static void await(int from) {
  uint64_t value;
  ssize_t n;
  while ((n = read(from, &value, size)) == -1 && errno == EAGAIN) {
    struct pollfd p = {from, POLLIN, 0};
    BENCH_CHECK(poll(&p, 1, -1) >= 0);
  }
  BENCH_CHECK(n == (ssize_t)size);
}

static void send(int to) {
  uint64_t value = 1;
  BENCH_CHECK(write(to, &value, size) == (ssize_t)size);
}

static void *echo(void *arg) {
  for (;;) {
    await(there[0]);
    send(back[1]);
  }
  return arg;
}

static void step(void) {
  send(there[1]);
  await(back[0]);
}

static void open_eventfd(int *fds) {
#if HAVE_EVENTFD
  fds[0] = fds[1] = eventfd(0, 0);
  BENCH_CHECK(fds[0] >= 0);
  size = sizeof(uint64_t);
#else
  (void)fds;
  fprintf(stderr, "error: no eventfd\n");
  exit(1);
#endif
}

int main(int argc, char **argv) {
  pthread_t thread;
  if (argc > 2 && strcmp(argv[2], "eventfd") == 0) {
    open_eventfd(there);
    open_eventfd(back);
  } else {
    BENCH_CHECK(pipe(there) == 0 && pipe(back) == 0);
  }
  BENCH_CHECK(pthread_create(&thread, NULL, echo, NULL) == 0);
  bench_run(step, 1, bench_seconds(argc, argv));
  return 0;
}
