// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A TCP server in a thread and its clients in main, all with blocking calls.
// gaps: blocking
// needs: threads wait net

#include "net.h"

enum { CLIENTS = 5 };
static int listener;

static void *serve(void *arg) {
  (void)arg;
  char buf[64];
  for (int i = 0; i < CLIENTS; i++) {
    int fd = MUST(accept(listener, NULL, NULL));
    ssize_t n;
    while ((n = recv(fd, buf, sizeof buf, 0)) > 0) {
      for (ssize_t j = 0; j < n; j++) buf[j] |= 0x20;
      send(fd, buf, (size_t)n, 0);
    }
    close(fd);
  }
  return NULL;
}

int main(void) {
  char buf[64];
  pthread_t thread;
  listener = tcp_listener(AF_INET);
  union address to = own_address(listener);
  pthread_create(&thread, NULL, serve, NULL);
  for (int i = 0; i < CLIENTS; i++) {
    int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    MUST(connect(fd, &to.any, sizeof to.v4));
    int n = snprintf(buf, sizeof buf, "CLIENT %d", i);
    MUST(send(fd, buf, (size_t)n, 0));
    n = (int)MUST(recv(fd, buf, (size_t)n, MSG_WAITALL));
    printf("%.*s\n", n, buf);
    MUST(shutdown(fd, SHUT_WR));
    SHOW(recv(fd, buf, sizeof buf, 0));
    MUST(close(fd));
  }
  SHOW(pthread_join(thread, NULL));
  return 0;
}
