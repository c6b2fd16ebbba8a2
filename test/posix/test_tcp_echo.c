// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A TCP connection of one program with itself, step by step, all non-blocking with poll.
// gaps: 26 31
// needs: net wait

#include "net.h"

int main(void) {
  char buf[16];
  int listener = tcp_listener(AF_INET);
  set_nonblocking(listener, 1);
  POLL(listener, POLLIN | POLLOUT, 0);
  SHOW(accept(listener, NULL, NULL));

  union address to = own_address(listener);
  show_address("listener", &to);
  int client = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  SHOW(connect(client, &to.any, sizeof to.v4));
  POLL(client, POLLIN | POLLOUT, SOON);
  POLL(listener, POLLIN | POLLOUT, SOON);
  union address from;
  socklen_t len = sizeof from;
  int server = MUST(accept(listener, &from.any, &len));
  printf("address length %d\n", (int)len);
  union address own = own_address(client);
  CHECK(memcmp(&from.v4, &own.v4, sizeof own.v4) == 0);
  SHOW(accept(listener, NULL, NULL));
  POLL(listener, POLLIN, 0);

  POLL(server, POLLIN | POLLOUT, 0);
  set_nonblocking(server, 1);
  SHOW(recv(server, buf, sizeof buf, 0));
  SHOW(send(client, "hello", 5, 0));
  POLL(server, POLLIN, SOON);
  SHOW(recv(server, buf, sizeof buf, 0));
  SHOW(send(server, buf, 5, 0));
  POLL(client, POLLIN, SOON);
  SHOW(recv(client, buf, sizeof buf, 0));
  printf("%.5s\n", buf);
  SHOW(recv(client, buf, sizeof buf, 0));
  SHOW(close(client));
  POLL(server, POLLIN | POLLRDHUP, SOON);
  SHOW(recv(server, buf, sizeof buf, 0));
  SHOW(recv(server, buf, sizeof buf, 0));
  return 0;
}
