// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// udp(7): an empty datagram is a datagram: it is readable, and recv gives 0 for it.
// gaps: 34
// needs: net wait

#include "net.h"

int main(void) {
  char buf[16];
  int a = bound_socket(AF_INET, SOCK_DGRAM), b = bound_socket(AF_INET, SOCK_DGRAM);
  set_nonblocking(b, 1);
  union address to_b = own_address(b), from;
  socklen_t len = sizeof from;
  SHOW(sendto(a, "", 0, 0, &to_b.any, sizeof to_b.v4));
  POLL(b, POLLIN, SOON);
  SHOW(recvfrom(b, buf, sizeof buf, 0, &from.any, &len));
  show_address("sender", &from);
  SHOW(recv(b, buf, sizeof buf, 0));
  SHOW(sendto(a, NULL, 0, 0, &to_b.any, sizeof to_b.v4));
  POLL(b, POLLIN, SOON);
  SHOW(recv(b, buf, 0, 0));
  SHOW(recv(b, buf, 0, 0));
  return 0;
}
