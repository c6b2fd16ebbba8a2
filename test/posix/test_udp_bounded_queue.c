// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// socket(7), SO_RCVBUF: a receiver that does not read keeps what its buffer holds; the rest is
// dropped, the sender is not stopped, and what is kept is the oldest.
// gaps: 34 27
// needs: net wait

#include "net.h"

int main(void) {
  enum { SENT = 400 };
  static char buf[1000];
  int a = bound_socket(AF_INET, SOCK_DGRAM), b = bound_socket(AF_INET, SOCK_DGRAM);
  int size = 8192;
  MUST(setsockopt(b, SOL_SOCKET, SO_RCVBUF, &size, sizeof size));
  union address to_b = own_address(b);
  MUST(connect(a, &to_b.any, sizeof to_b.v4));
  int failed = 0;
  for (int i = 0; i < SENT; i++) {
    memcpy(buf, &i, sizeof i);
    failed += send(a, buf, sizeof buf, 0) != (ssize_t)sizeof buf;
  }
  printf("sends that failed: %d\n", failed);
  poll(NULL, 0, 200);
  int kept = 0, ordered = 1, number;
  while (poll(&(struct pollfd){b, POLLIN, 0}, 1, 50) == 1 && kept <= SENT) {
    MUST(recv(b, buf, sizeof buf, MSG_DONTWAIT));
    memcpy(&number, buf, sizeof number);
    ordered &= number == kept++;
  }
  CHECK(kept >= 1);
  CHECK(kept <= 32);
  CHECK(ordered);
  return 0;
}
