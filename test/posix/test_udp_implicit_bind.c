// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// udp(7): connect gives a socket an address of its own, sendto a port; before it there is none.
// gaps: 23
// needs: net wait

#include "net.h"

int main(void) {
  char buf[8];
  int b = bound_socket(AF_INET, SOCK_DGRAM);
  union address to_b = own_address(b);
  int a = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  union address own = own_address(a);
  show_address("fresh", &own);
  SHOW(connect(a, &to_b.any, sizeof to_b.v4));
  own = own_address(a);
  show_address("connected", &own);

  int c = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  SHOW(sendto(c, "x", 1, 0, &to_b.any, sizeof to_b.v4));
  own = own_address(c);
  show_address("after sendto", &own);
  union address from;
  socklen_t len = sizeof from;
  await(b, POLLIN);
  SHOW(recvfrom(b, buf, sizeof buf, 0, &from.any, &len));
  CHECK(port_of(&from) == port_of(&own));
  return 0;
}
