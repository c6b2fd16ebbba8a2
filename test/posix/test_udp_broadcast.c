// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// ip(7): a broadcast address is EACCES for sendto and connect until SO_BROADCAST is set.
//
// gaps: 27
// needs: net host
#include "net.h"

int main(void) {
  int receiver = MUST(socket(AF_INET, SOCK_DGRAM, 0)), on = 1;
  union address any = {.v4 = {.sin_family = AF_INET}};
  MUST(bind(receiver, &any.any, sizeof any.v4));
  static const char *const addresses[] = {"255.255.255.255", "127.255.255.255"};
  for (int i = 0; i < 2; i++) {
    int fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));
    union address to = own_address(receiver);
    to.v4.sin_addr.s_addr = inet_addr(addresses[i]);
    printf("%s\n", addresses[i]);
    SHOW(sendto(fd, "x", 1, 0, &to.any, sizeof to.v4));
    SHOW(connect(fd, &to.any, sizeof to.v4));
    MUST(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on));
    SHOW(connect(fd, &to.any, sizeof to.v4));
    MUST(close(fd));
  }
  return 0;
}
