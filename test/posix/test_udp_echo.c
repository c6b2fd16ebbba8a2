// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// udp(7): two sockets and their datagrams, non-blocking with poll; an idle socket is writable and
// not readable.
// gaps: 34
// needs: net wait

#include "net.h"

int main(void) {
  char buf[16];
  int a = bound_socket(AF_INET, SOCK_DGRAM), b = bound_socket(AF_INET, SOCK_DGRAM);
  set_nonblocking(a, 1);
  set_nonblocking(b, 1);
  union address to_b = own_address(b), from;
  socklen_t len = sizeof from;
  POLL(b, POLLIN | POLLOUT, 0);
  POLL(b, POLLIN, 50);
  SHOW(recvfrom(b, buf, sizeof buf, 0, NULL, NULL));
  SHOW(sendto(a, "hello", 5, 0, &to_b.any, sizeof to_b.v4));
  POLL(b, POLLIN, SOON);
  SHOW(recvfrom(b, buf, sizeof buf, 0, &from.any, &len));
  printf("%.5s\n", buf);
  show_address("sender", &from);
  union address own = own_address(a);
  CHECK(port_of(&from) == port_of(&own));
  SHOW(sendto(b, "answer", 6, 0, &from.any, len));
  await(a, POLLIN);
  SHOW(recv(a, buf, sizeof buf, 0));
  POLL(a, POLLIN, 0);
  return 0;
}
