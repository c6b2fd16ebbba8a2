// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A wait without a time-out over 10 pipes, of which the last is readable, so that it is satisfied at
// once: calls per second, of poll or, with the argument `epoll`, of epoll_wait.

#include "bench.h"

#include <poll.h>
#include <unistd.h>

#if __has_include(<sys/epoll.h>)
#include <sys/epoll.h>
#define HAVE_EPOLL 1
#else
#define HAVE_EPOLL 0
#endif

enum { FDS = 10 };

static struct pollfd set[FDS];

static void step_poll(void) {
  BENCH_CHECK(poll(set, FDS, -1) == 1 && set[FDS - 1].revents == POLLIN);
}

#if HAVE_EPOLL

static int epfd;

static void step_epoll(void) {
  struct epoll_event events[FDS];
  BENCH_CHECK(epoll_wait(epfd, events, FDS, -1) == 1 && events[0].events == EPOLLIN);
}

static void watch_all(void) {
  epfd = epoll_create1(0);
  BENCH_CHECK(epfd >= 0);
  for (int i = 0; i < FDS; i++) {
    struct epoll_event event = {.events = EPOLLIN};
    BENCH_CHECK(epoll_ctl(epfd, EPOLL_CTL_ADD, set[i].fd, &event) == 0);
  }
}

#else

static void step_epoll(void) {
}

static void watch_all(void) {
  fprintf(stderr, "error: no epoll\n");
  exit(1);
}

#endif

int main(int argc, char **argv) {
  bool epoll = argc > 2 && strcmp(argv[2], "epoll") == 0;
  for (int i = 0; i < FDS; i++) {
    int fds[2];
    BENCH_CHECK(pipe(fds) == 0);
    set[i] = (struct pollfd){fds[0], POLLIN, 0};
    if (i == FDS - 1) BENCH_CHECK(write(fds[1], "x", 1) == 1);
  }
  if (epoll) watch_all();
  bench_run(epoll ? step_epoll : step_poll, 1, bench_seconds(argc, argv));
  return 0;
}
