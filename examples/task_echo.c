/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A TCP echo server with a task for each connection, in plain blocking code, beside a task that ticks.
 *
 *   emcc task_echo.c -sJSPI -sEXIT_RUNTIME=1 --use-port=../emwake.port.py -o task_echo.js
 *   node task_echo.js [port [milliseconds between ticks]]
 */
#include <arpa/inet.h>
#include <emscripten/task.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int connections;

static void *serve(void *arg) {
  int fd = (int)(intptr_t)arg;
  char buffer[4096];
  ssize_t n;
  printf("%d connected\n", ++connections);
  while ((n = read(fd, buffer, sizeof buffer)) > 0) {
    if (write(fd, buffer, (size_t)n) != n) break;
  }
  close(fd);
  printf("%d connected\n", --connections);
  return NULL;
}

static void *tick(void *arg) {
  for (int i = 1;; i++) {
    emscripten_task_sleep(*(double *)arg);
    printf("tick %d\n", i);
    fflush(stdout);
  }
  return NULL;
}

static int listen_on(int port) {
  struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  socklen_t len = sizeof addr;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || bind(fd, (struct sockaddr *)&addr, len) < 0 || listen(fd, 128) < 0 ||
      getsockname(fd, (struct sockaddr *)&addr, &len) < 0) {
    perror("listen");
    exit(1);
  }
  printf("listening on 127.0.0.1:%d\n", ntohs(addr.sin_port));
  fflush(stdout);
  return fd;
}

int main(int argc, char **argv) {
  double interval = argc > 2 ? atof(argv[2]) : 1000;
  int fd, listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
  emscripten_task_spawn(NULL, &(em_task_attr_t){.name = "ticker"}, tick, &interval);
  while ((fd = accept(listener, NULL, NULL)) >= 0) {
    if (emscripten_task_spawn(NULL, &(em_task_attr_t){.name = "echo"}, serve,
                              (void *)(intptr_t)fd)) {
      close(fd);
    }
  }
  perror("accept");
  return 1;
}
