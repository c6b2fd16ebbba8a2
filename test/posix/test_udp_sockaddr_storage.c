// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// connect(2), sendto(2), bind(2): an address may be longer than its family's, up to that of a
// sockaddr_storage; longer than that is EINVAL.
// gaps: 23
// needs: net wait

#include "net.h"

int main(void) {
  char buf[8];
  int a = MUST(socket(AF_INET, SOCK_DGRAM, 0)), b = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  union address any_port = loopback(AF_INET, 0);
  SHOW(bind(a, &any_port.any, sizeof any_port.storage + 1));
  SHOW(bind(a, &any_port.any, sizeof any_port.storage));
  SHOW(bind(b, &any_port.any, sizeof any_port.v4 - 1));
  SHOW(bind(b, &any_port.any, sizeof any_port.v4 + 1));
  union address to_a = own_address(a);
  SHOW(sendto(b, "x", 1, 0, &to_a.any, sizeof to_a.storage));
  await(a, POLLIN);
  SHOW(recv(a, buf, sizeof buf, 0));
  SHOW(connect(b, &to_a.any, sizeof to_a.storage + 1));
  SHOW(connect(b, &to_a.any, sizeof to_a.storage));
  SHOW(send(b, "yz", 2, 0));
  await(a, POLLIN);
  SHOW(recv(a, buf, sizeof buf, 0));
  return 0;
}
