// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// select(2) on sockets: a listener with a client, a connection with data, and an end are readable;
// a connection is writable.
// needs: net wait

#include "net.h"
#include <sys/select.h>

static void show_select(const char *what, int fd, int for_write) {
  fd_set r, w;
  FD_ZERO(&r);
  FD_ZERO(&w);
  FD_SET(fd, for_write ? &w : &r);
  int n = select(fd + 1, &r, &w, NULL, &(struct timeval){SOON / 1000, 0});
  printf("%s: %d, read %d, write %d\n", what, n, !!FD_ISSET(fd, &r), !!FD_ISSET(fd, &w));
}

int main(void) {
  char c;
  int listener = tcp_listener(AF_INET);
  union address to = own_address(listener);
  int client = MUST(socket(AF_INET, SOCK_STREAM, 0));
  set_nonblocking(client, 1);
  SHOW(connect(client, &to.any, sizeof to.v4));
  show_select("client that connects", client, 1);
  show_select("listener", listener, 0);
  int server = MUST(accept(listener, NULL, NULL));
  show_select("server", server, 1);
  MUST(send(client, "x", 1, 0));
  show_select("server with data", server, 0);
  SHOW(recv(server, &c, 1, 0));
  MUST(close(client));
  show_select("server at the end", server, 0);
  SHOW(recv(server, &c, 1, 0));
  return 0;
}
