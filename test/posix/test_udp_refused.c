// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// udp(7): when nobody has the port, a connected socket hears of it: POLLERR, and ECONNREFUSED from
// SO_ERROR or the next call, once; an unconnected one does not.
// gaps: 34
// needs: net wait

#include "net.h"

int main(void) {
  char buf[8];
  int gone = bound_socket(AF_INET, SOCK_DGRAM);
  union address to = own_address(gone);
  MUST(close(gone));
  int a = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  set_nonblocking(a, 1);
  MUST(connect(a, &to.any, sizeof to.v4));
  SHOW(send(a, "x", 1, 0));
  POLL(a, POLLIN, SOON);
  SHOW_SOCKET_ERROR(a);
  SHOW_SOCKET_ERROR(a);
  POLL(a, POLLIN, 0);
  SHOW(send(a, "x", 1, 0));
  await(a, 0);
  SHOW(recv(a, buf, sizeof buf, 0));
  SHOW(recv(a, buf, sizeof buf, 0));

  int free_one = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  SHOW(sendto(free_one, "x", 1, 0, &to.any, sizeof to.v4));
  POLL(free_one, POLLIN, 100);
  SHOW_SOCKET_ERROR(free_one);
  return 0;
}
