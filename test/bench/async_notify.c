// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Threads notify one event loop as fast as they can; notifications coalesce: callbacks per second
// (the shape of libxev's and libuv's async_pummel). The second argument is the number of threads. On
// wasm the loop is JavaScript's, by <emscripten/async_wake.h>; natively it is epoll_wait on an
// eventfd, which is what those libraries make of it.

#include "bench.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MAX_NOTIFIERS = 16 };

static double seconds, begin;
static long callbacks, warm;
static atomic_bool over;

// Half of the measuring time goes first, unmeasured.
static bool on_callback(void) {
  callbacks++;
  if (callbacks % 64) return true;
  double now = bench_now();
  if (!warm && now - begin >= seconds / 2) {
    warm = callbacks;
    begin = now;
  } else if (warm && now - begin >= seconds) {
    printf("{\"per_second\": %.6g}\n", (double)(callbacks - warm) / (now - begin));
    fflush(stdout);
    over = true;
    return false;
  }
  return true;
}

static void notify(void);

static void *notifier(void *arg) {
  while (!over) notify();
  return arg;
}

static void start_notifiers(int argc, char **argv) {
  int n = argc > 2 ? atoi(argv[2]) : 1;
  BENCH_CHECK(n > 0 && n <= MAX_NOTIFIERS);
  seconds = bench_seconds(argc, argv);
  begin = bench_now();
  for (int i = 0; i < n; i++) {
    pthread_t thread;
    BENCH_CHECK(pthread_create(&thread, NULL, notifier, NULL) == 0);
  }
}

#ifdef __EMSCRIPTEN__

#include <emscripten.h>

#if __has_include(<emscripten/async_wake.h>)

#include <emscripten/async_wake.h>

static int handle;

static void notify(void) {
  BENCH_CHECK(emscripten_async_wake_notify(handle) == 0);
}

static bool called(int fd, int error, void *user) {
  (void)fd;
  (void)user;
  BENCH_CHECK(!error);
  if (on_callback()) return true;
  emscripten_force_exit(0);
}

int main(int argc, char **argv) {
  handle = emscripten_async_wake_init();
  BENCH_CHECK(handle >= 0 && emscripten_async_wake_wait(handle, called, NULL) > 0);
  start_notifiers(argc, argv);
  return 0;
}

#else
#error nothing to notify an event loop with
#endif

#else

#include <sys/epoll.h>
#include <sys/eventfd.h>

static int fd;

static void notify(void) {
  BENCH_CHECK(eventfd_write(fd, 1) == 0);
}

int main(int argc, char **argv) {
  struct epoll_event event = {.events = EPOLLIN};
  int epfd = epoll_create1(0);
  fd = eventfd(0, EFD_NONBLOCK);
  BENCH_CHECK(fd >= 0 && epfd >= 0 && epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event) == 0);
  start_notifiers(argc, argv);
  do {
    eventfd_t value;
    BENCH_CHECK(epoll_wait(epfd, &event, 1, -1) == 1 && eventfd_read(fd, &value) == 0);
  } while (on_callback());
  return 0;
}

#endif
