// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Wakes of a poll() that waits without a timeout on an empty pipe: wakes per second. On wasm the
// stack of main is suspended and the byte comes from a callback of the event loop: from
// setImmediate, or with the argument `microtask` from a promise's reaction. Natively a second
// thread sends the byte when it is told to, for context: that is two wakes of a thread.

#include "bench.h"

#include <poll.h>
#include <unistd.h>

static int fds[2];

#ifdef __EMSCRIPTEN__

#include <emscripten.h>

EMSCRIPTEN_KEEPALIVE void bench_send_byte(void) {
  BENCH_CHECK(write(fds[1], "x", 1) == 1);
}

EM_JS(void, later_by_immediate, (void), { setImmediate(_bench_send_byte); });

EM_JS(void, later_by_microtask, (void), { Promise.resolve().then(_bench_send_byte); });

static void (*send_later)(void);

static void start_sender(bool microtask) {
  send_later = microtask ? later_by_microtask : later_by_immediate;
}

#else

#include <pthread.h>

static int requests[2];

static void *sender(void *arg) {
  char byte;
  while (read(requests[0], &byte, 1) == 1) BENCH_CHECK(write(fds[1], &byte, 1) == 1);
  return arg;
}

static void send_later(void) {
  BENCH_CHECK(write(requests[1], "x", 1) == 1);
}

static void start_sender(bool microtask) {
  (void)microtask;
  pthread_t thread;
  BENCH_CHECK(pipe(requests) == 0);
  BENCH_CHECK(pthread_create(&thread, NULL, sender, NULL) == 0);
}

#endif

static void step(void) {
  struct pollfd set = {.fd = fds[0], .events = POLLIN};
  char byte;
  send_later();
  BENCH_CHECK(poll(&set, 1, -1) == 1 && set.revents == POLLIN);
  BENCH_CHECK(read(fds[0], &byte, 1) == 1);
}

int main(int argc, char **argv) {
  BENCH_CHECK(pipe(fds) == 0);
  start_sender(argc > 2 && strcmp(argv[2], "microtask") == 0);
  bench_run(step, 1, bench_seconds(argc, argv));
  return 0;
}
