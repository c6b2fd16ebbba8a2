// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// udp(7): datagrams that are too long, ports of 0, addresses that are too short or of another
// family, and no address at all.
// gaps: 23
// needs: net

#include "net.h"

static char *volatile null;

int main(void) {
  static char big[70000];
  int a = bound_socket(AF_INET, SOCK_DGRAM);
  union address to = own_address(a), v6 = loopback(AF_INET6, 9);
  SHOW(sendto(a, big, 65508, 0, &to.any, sizeof to.v4));
  SHOW(sendto(a, big, 70000, 0, &to.any, sizeof to.v4));
  SHOW(send(a, "x", 1, 0));
  SHOW(sendto(a, "x", 1, 0, &to.any, 8));
  SHOW(sendto(a, "x", 1, 0, &v6.any, sizeof v6.v6));
  SHOW(sendto(a, null, 1, 0, &to.any, sizeof to.v4));
  to.v4.sin_port = 0;
  SHOW(sendto(a, "x", 1, 0, &to.any, sizeof to.v4));
  SHOW(recv(a, big, 1, MSG_DONTWAIT));
  SHOW(recv(a, big, 1, MSG_DONTWAIT | MSG_PEEK));
  SHOW(recvfrom(a, big, 1, MSG_DONTWAIT | MSG_TRUNC, NULL, NULL));
  to = own_address(a);
  int other = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  SHOW(bind(other, &to.any, sizeof to.v4));
  SHOW(bind(a, &to.any, sizeof to.v4));
  return 0;
}
