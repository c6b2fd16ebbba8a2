// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// An echo server that says what memory it takes: one epoll loop, no memory of its own for a
// connection. Prints {"port": N} once it listens. Two bytes are not echoed: '?' has the server
// collect its garbage and print a line of JSON, in bytes: the process's resident memory, the heap of
// JavaScript, and the part of the linear memory that is in use; '#' has it print how many connections
// it has.

#include "bench.h"

#include <arpa/inet.h>
#include <emscripten/em_js.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

// clang-format off
EM_JS(void, print_memory, (double wasm), {
  for (var i = 0; i < 4; i++) globalThis.gc();
  var m = process.memoryUsage();
  var text = JSON.stringify({rss: m.rss, js: m.heapUsed, wasm: wasm});
  process.getBuiltinModule('node:fs').writeSync(1, text + '\n');
});
// clang-format on

static int epoll, open_count;
static char buffer[65536];

static void watch(int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  BENCH_CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
}

static int listen_on_loopback(void) {
  struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof addr;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  BENCH_CHECK(fd >= 0);
  BENCH_CHECK(bind(fd, (struct sockaddr *)&addr, sizeof addr) == 0);
  BENCH_CHECK(listen(fd, 1024) == 0);
  BENCH_CHECK(getsockname(fd, (struct sockaddr *)&addr, &len) == 0);
  printf("{\"port\": %d}\n", ntohs(addr.sin_port));
  fflush(stdout);
  return fd;
}

static void serve(int fd) {
  ssize_t n = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (n == 1 && *buffer == '?') {
    print_memory((double)(uintptr_t)sbrk(0));
  } else if (n == 1 && *buffer == '#') {
    printf("%d\n", open_count);
    fflush(stdout);
  } else if (n > 0) {
    BENCH_CHECK(send(fd, buffer, (size_t)n, 0) == n);
  } else if (n == 0) {
    close(fd);
    open_count--;
  }
}

int main(void) {
  struct epoll_event events[256];
  BENCH_CHECK((epoll = epoll_create1(0)) >= 0);
  int listener = listen_on_loopback(), fd;
  watch(listener);
  for (;;) {
    int n = epoll_wait(epoll, events, 256, -1);
    BENCH_CHECK(n > 0);
    for (int i = 0; i < n; i++) {
      if (events[i].data.fd != listener) {
        serve(events[i].data.fd);
        continue;
      }
      while ((fd = accept(listener, NULL, NULL)) >= 0) {
        watch(fd);
        open_count++;
      }
    }
  }
}
