// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// accept(2): clients come in the order in which they connected, and each gets the lowest free
// descriptor when it is accepted, not when it connects.
// gaps: 35
// needs: net wait

#include "net.h"

int main(void) {
  enum { CLIENTS = 3 };
  int clients[CLIENTS];
  int listener = tcp_listener(AF_INET);
  union address to = own_address(listener);
  for (int i = 0; i < CLIENTS; i++) clients[i] = tcp_client(&to);
  await(listener, POLLIN);
  int lowest = MUST(dup(0));
  MUST(close(lowest));
  CHECK(lowest == clients[CLIENTS - 1] + 1);
  for (int i = 0; i < CLIENTS; i++) {
    await(listener, POLLIN);
    union address from, own = own_address(clients[i]);
    socklen_t len = sizeof from;
    int server = MUST(accept(listener, &from.any, &len));
    printf("descriptor %d from the lowest, client %d: %s\n", server - lowest, i,
           port_of(&from) == port_of(&own) ? "yes" : "no");
  }
  return 0;
}
