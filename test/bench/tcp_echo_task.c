// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// tcp_echo.c with a task for each connection, in blocking code.

#include "bench.h"

#include <arpa/inet.h>
#include <emscripten/task.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 1024 };

static void *serve(void *arg) {
  int fd = (int)(intptr_t)arg;
  char buffer[BUFFER];
  ssize_t n;
  while ((n = recv(fd, buffer, BUFFER, 0)) > 0) {
    if (send(fd, buffer, (size_t)n, 0) != n) break;
  }
  close(fd);
  return NULL;
}

int main(void) {
  struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof addr;
  int fd, on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  BENCH_CHECK(bind(listener, (struct sockaddr *)&addr, sizeof addr) == 0);
  BENCH_CHECK(listen(listener, 1024) == 0);
  BENCH_CHECK(getsockname(listener, (struct sockaddr *)&addr, &len) == 0);
  printf("{\"port\": %d}\n", ntohs(addr.sin_port));
  fflush(stdout);
  em_task_attr_t attr = {.stack_size = 16384, .name = "echo"};
  while ((fd = accept(listener, NULL, NULL)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    BENCH_CHECK(emscripten_task_spawn(NULL, &attr, serve, (void *)(intptr_t)fd) == 0);
  }
  BENCH_CHECK(!"accept");
}
