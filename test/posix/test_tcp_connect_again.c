// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// connect(2), O_NONBLOCK: EALREADY while the first call is under way. On Linux the listener's queue is
// full, so that the connection cannot come about between the two calls; Node.js takes connections
// out of that queue by itself, but not while main runs on its thread.
// gaps: 31
// needs: net wait still

#include "net.h"

int main(void) {
  int listener = bound_socket(AF_INET, SOCK_STREAM);
  MUST(listen(listener, 0));
  union address to = own_address(listener);
  tcp_client(&to);
  int client = MUST(socket(AF_INET, SOCK_STREAM, 0));
  set_nonblocking(client, 1);
  SHOW(connect(client, &to.any, sizeof to.v4));
  SHOW(connect(client, &to.any, sizeof to.v4));
  char c;
  SHOW(recv(client, &c, 1, 0));
  SHOW(send(client, "x", 1, 0));
  POLL(client, POLLIN | POLLOUT, 0);
  return 0;
}
