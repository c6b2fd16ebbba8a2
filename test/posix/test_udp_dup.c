// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// dup(2) of a datagram socket: both descriptors have the one port and the one queue, until the last
// is closed; then the port is free.
// gaps: 25
// needs: net wait

#include "net.h"

int main(void) {
  char buf[8];
  int a = bound_socket(AF_INET, SOCK_DGRAM), b = bound_socket(AF_INET, SOCK_DGRAM);
  union address to_b = own_address(b);
  int again = MUST(dup(b));
  MUST(sendto(a, "1", 1, 0, &to_b.any, sizeof to_b.v4));
  MUST(sendto(a, "22", 2, 0, &to_b.any, sizeof to_b.v4));
  await(again, POLLIN);
  SHOW(recv(again, buf, sizeof buf, 0));
  await(b, POLLIN);
  SHOW(close(b));
  POLL(again, POLLIN, SOON);
  SHOW(recv(again, buf, sizeof buf, 0));
  SHOW(sendto(again, "333", 3, 0, &to_b.any, sizeof to_b.v4));
  await(again, POLLIN);
  SHOW(recv(again, buf, sizeof buf, 0));
  SHOW(close(again));
  SHOW(recv(again, buf, sizeof buf, 0));
  int next = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  SHOW(bind(next, &to_b.any, sizeof to_b.v4));
  return 0;
}
