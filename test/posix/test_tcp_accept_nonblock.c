// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// accept(2), O_NONBLOCK: EAGAIN when nobody has connected, before the first client and after the
// last.
// gaps: 36
// needs: net wait

#include "net.h"

int main(void) {
  int listener = tcp_listener(AF_INET);
  set_nonblocking(listener, 1);
  union address to = own_address(listener);
  SHOW(accept(listener, NULL, NULL));
  POLL(listener, POLLIN, 20);
  int clients[2] = {tcp_client(&to), tcp_client(&to)};
  for (int i = 0; i < 2; i++) {
    await(listener, POLLIN);
    CHECK(accept(listener, NULL, NULL) >= 0);
  }
  SHOW(accept(listener, NULL, NULL));
  POLL(listener, POLLIN, 0);
  MUST(close(clients[0]));
  POLL(listener, POLLIN, 20);
  return 0;
}
