// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// dup(2) of a socket: both descriptors are the one connection, which ends with the last of them; a
// dup of a listener accepts.
// gaps: 25
// needs: net wait

#include "net.h"

int main(void) {
  char buf[8];
  int listener = tcp_listener(AF_INET);
  int listener_dup = MUST(dup(listener));
  MUST(close(listener));
  union address to = own_address(listener_dup);
  int client = tcp_client(&to);
  await(listener_dup, POLLIN);
  int server = MUST(accept(listener_dup, NULL, NULL));

  int again = MUST(dup(server));
  CHECK(fcntl(again, F_GETFL) & O_NONBLOCK);
  set_nonblocking(server, 1);
  CHECK(fcntl(again, F_GETFL) & O_NONBLOCK);
  MUST(send(client, "ab", 2, 0));
  await(server, POLLIN);
  SHOW(recv(server, buf, 1, 0));
  SHOW(recv(again, buf, 1, 0));
  MUST(close(server));
  SHOW(recv(server, buf, 1, 0));
  POLL(client, POLLIN, 50);
  SHOW(send(again, "cd", 2, 0));
  SHOW(receive(client, buf, 2));
  MUST(close(again));
  POLL(client, POLLIN, SOON);
  SHOW(recv(client, buf, 1, 0));
  return 0;
}
