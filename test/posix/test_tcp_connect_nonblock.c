// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// connect(2), O_NONBLOCK: EINPROGRESS, then POLLOUT and SO_ERROR 0; the next call gives 0 and only
// then EISCONN.
// gaps: 31
// needs: net wait

#include "net.h"

int main(void) {
  int listener = tcp_listener(AF_INET);
  union address to = own_address(listener);
  int client = MUST(socket(AF_INET, SOCK_STREAM, 0));
  set_nonblocking(client, 1);
  SHOW(connect(client, &to.any, sizeof to.v4));
  POLL(client, POLLOUT | POLLIN | POLLRDHUP, SOON);
  SHOW_SOCKET_ERROR(client);
  SHOW(connect(client, &to.any, sizeof to.v4));
  SHOW(connect(client, &to.any, sizeof to.v4));
  union address peer;
  socklen_t len = sizeof peer;
  SHOW(getpeername(client, &peer.any, &len));
  CHECK(port_of(&peer) == port_of(&to));
  return 0;
}
