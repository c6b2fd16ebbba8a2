// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// connect(2) to a port where nobody listens: ECONNREFUSED, from a blocking call, or by SO_ERROR
// (once) after POLLERR, or from the next connect.
// gaps: 30 31
// needs: net wait

#include "net.h"

int main(void) {
  char c;
  // Bound, so that nobody else can have the port, but not listening.
  int silent = bound_socket(AF_INET, SOCK_STREAM);
  union address to = own_address(silent);

  int client = MUST(socket(AF_INET, SOCK_STREAM, 0));
  SHOW(connect(client, &to.any, sizeof to.v4));
  SHOW_SOCKET_ERROR(client);
  MUST(close(client));

  client = MUST(socket(AF_INET, SOCK_STREAM, 0));
  set_nonblocking(client, 1);
  SHOW(connect(client, &to.any, sizeof to.v4));
  POLL(client, POLLIN | POLLOUT | POLLRDHUP, SOON);
  SHOW_SOCKET_ERROR(client);
  SHOW_SOCKET_ERROR(client);
  SHOW(recv(client, &c, 1, 0));
  MUST(close(client));

  client = MUST(socket(AF_INET, SOCK_STREAM, 0));
  set_nonblocking(client, 1);
  SHOW(connect(client, &to.any, sizeof to.v4));
  await(client, POLLOUT);
  SHOW(connect(client, &to.any, sizeof to.v4));
  SHOW_SOCKET_ERROR(client);
  return 0;
}
