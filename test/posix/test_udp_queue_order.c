// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// udp(7): datagrams on loopback keep their order and their bounds; each read takes one.
// gaps: 34 28
// needs: net wait

#include "net.h"

int main(void) {
  char buf[64];
  int a = bound_socket(AF_INET, SOCK_DGRAM), b = bound_socket(AF_INET, SOCK_DGRAM);
  union address to_b = own_address(b);
  MUST(connect(a, &to_b.any, sizeof to_b.v4));
  for (int i = 0; i < 20; i++) {
    memset(buf, 'a' + i, sizeof buf);
    MUST(send(a, buf, (size_t)i + 1, 0));
  }
  for (int i = 0; i < 20; i++) {
    await(b, POLLIN);
    ssize_t n = read(b, buf, sizeof buf);
    printf("%zd bytes of %c\n", n, buf[0]);
  }
  SHOW(recv(b, buf, sizeof buf, MSG_DONTWAIT));
  return 0;
}
