// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// udp(7), ipv6(7): datagrams over ::1.
// gaps: 34
// needs: net wait ipv6

#include "net.h"

int main(void) {
  char buf[16];
  int a = bound_socket(AF_INET6, SOCK_DGRAM), b = bound_socket(AF_INET6, SOCK_DGRAM);
  union address to_b = own_address(b), from;
  socklen_t len = sizeof from;
  POLL(b, POLLIN, 20);
  SHOW(sendto(a, "hello", 5, 0, &to_b.any, sizeof to_b.v6));
  POLL(b, POLLIN, SOON);
  SHOW(recvfrom(b, buf, sizeof buf, 0, &from.any, &len));
  printf("length %d\n", (int)len);
  show_address("sender", &from);
  union address v4 = loopback(AF_INET, 9);
  SHOW(sendto(a, "x", 1, 0, &v4.any, sizeof v4.v4));
  SHOW(sendto(a, "x", 1, 0, &to_b.any, sizeof to_b.v4));
  return 0;
}
