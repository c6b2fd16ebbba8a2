// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// tcp_echo.c over epoll: one level-triggered instance, non-blocking connections. What the tasks of
// tcp_echo_task.c are measured against.

#include "bench.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 1024, EVENTS = 256 };

static int epoll;

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

static void watch(int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  BENCH_CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
}

// The load never has more under way than a socket takes, so what is read can be written.
static void serve(int fd) {
  char buffer[BUFFER];
  ssize_t n = recv(fd, buffer, BUFFER, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0 || send(fd, buffer, (size_t)n, 0) != n) close(fd);
}

int main(void) {
  struct epoll_event events[EVENTS];
  int fd, on = 1, listener = listen_on_loopback();
  epoll = epoll_create1(0);
  watch(listener);
  for (;;) {
    int n = epoll_wait(epoll, events, EVENTS, -1);
    BENCH_CHECK(n > 0);
    for (int i = 0; i < n; i++) {
      if (events[i].data.fd != listener) {
        serve(events[i].data.fd);
        continue;
      }
      while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(fd);
      }
    }
  }
}
