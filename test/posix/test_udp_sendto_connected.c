// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// udp(7): sendto with an address on a connected socket sends there and leaves the association.
// gaps: 33
// needs: net wait

#include "net.h"

static void show_next(const char *who, int fd) {
  char buf[16];
  await(fd, POLLIN);
  ssize_t n = recv(fd, buf, sizeof buf, MSG_DONTWAIT);
  printf("%s got \"%.*s\"\n", who, (int)n, buf);
}

int main(void) {
  int a = bound_socket(AF_INET, SOCK_DGRAM), b = bound_socket(AF_INET, SOCK_DGRAM),
      c = bound_socket(AF_INET, SOCK_DGRAM);
  union address to_b = own_address(b), to_c = own_address(c);
  SHOW(connect(a, &to_b.any, sizeof to_b.v4));
  SHOW(sendto(a, "to c", 4, 0, &to_c.any, sizeof to_c.v4));
  show_next("c", c);
  SHOW(send(a, "to b", 4, 0));
  show_next("b", b);
  struct iovec data = {"again", 5};
  struct msghdr m = {
    .msg_name = &to_c, .msg_namelen = sizeof to_c.v4, .msg_iov = &data, .msg_iovlen = 1};
  SHOW(sendmsg(a, &m, 0));
  show_next("c", c);
  return 0;
}
