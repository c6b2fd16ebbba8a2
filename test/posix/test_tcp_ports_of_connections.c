// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A connection keeps the port of the listener that it came to, also when that is closed: another
// has it only by SO_REUSEADDR. (Node binds every socket with it.)
//
// gaps: 27
// modes: loopback
// needs: wait net
#include "net.h"

static int opened(int family, int type, int option) {
  int fd = MUST(socket(family, type, 0)), on = 1;
  if (option) MUST(setsockopt(fd, SOL_SOCKET, option, &on, sizeof on));
  return fd;
}

static int bind_to(int fd, const char *text, int port) {
  union address a;
  memset(&a, 0, sizeof a);
  if (strchr(text, ':')) {
    a.v6.sin6_family = AF_INET6;
    a.v6.sin6_port = htons((unsigned short)port);
    inet_pton(AF_INET6, text, &a.v6.sin6_addr);
    return bind(fd, &a.any, sizeof a.v6);
  }
  a.v4.sin_family = AF_INET;
  a.v4.sin_port = htons((unsigned short)port);
  inet_pton(AF_INET, text, &a.v4.sin_addr);
  return bind(fd, &a.any, sizeof a.v4);
}

static int number_of(int fd) {
  union address a = own_address(fd);
  return port_of(&a);
}

int main(void) {
  int listener = opened(AF_INET, SOCK_STREAM, SO_REUSEADDR);
  MUST(bind_to(listener, "127.0.0.1", 0));
  MUST(listen(listener, 4));
  union address to = own_address(listener);
  int client = tcp_client(&to);
  await(listener, POLLIN);
  int server = MUST(accept(listener, NULL, NULL)), port = number_of(listener);
  close(listener);
  SHOW_AS("a connection has it", bind_to(opened(AF_INET, SOCK_STREAM, 0), "127.0.0.1", port));
  int next = opened(AF_INET, SOCK_STREAM, SO_REUSEADDR);
  SHOW_AS("and reuses", bind_to(next, "127.0.0.1", port));
  SHOW_AS("listen", listen(next, 4));
  SHOW(send(client, "still", 5, 0));
  char b[8];
  CHECK(receive(server, b, 5) == 5);
  return 0;
}
