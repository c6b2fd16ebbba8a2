// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// socket(2), bind(2), listen(2), connect(2), accept(2): what is not possible, and the errno of it.
// gaps: 23
// needs: net

#include "net.h"

int main(void) {
  SHOW(socket(AF_INET, 99, 0));
  SHOW(socket(9999, SOCK_STREAM, 0));
  SHOW(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
  SHOW(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP));

  union address a = loopback(AF_INET, 0), v6 = loopback(AF_INET6, 0), foreign = a;
  foreign.v4.sin_addr.s_addr = inet_addr("203.0.113.7");
  int tcp = MUST(socket(AF_INET, SOCK_STREAM, 0)), udp = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  SHOW(bind(tcp, &a.any, 4));
  SHOW(bind(tcp, &v6.any, sizeof v6.v6));
  SHOW(bind(tcp, &foreign.any, sizeof foreign.v4));
  SHOW(bind(tcp, &a.any, sizeof a.storage));
  SHOW(bind(tcp, &a.any, sizeof a.v4));
  SHOW(connect(tcp, &a.any, 4));
  SHOW(accept(tcp, NULL, NULL));
  SHOW(listen(tcp, 5));
  SHOW(listen(tcp, 7));
  SHOW(connect(tcp, &a.any, sizeof a.v4));

  union address taken = own_address(tcp);
  int other = MUST(socket(AF_INET, SOCK_STREAM, 0));
  SHOW(bind(other, &taken.any, sizeof taken.v4));
  SHOW(listen(udp, 5));
  SHOW(accept(udp, NULL, NULL));
  SHOW(accept4(udp, NULL, NULL, 0x100));

  char c;
  int p[2];
  MUST(pipe(p));
  SHOW(recv(p[0], &c, 1, 0));
  SHOW(send(p[1], &c, 1, 0));
  SHOW(bind(p[0], &a.any, sizeof a.v4));
  SHOW(listen(p[0], 1));
  SHOW(accept(p[0], NULL, NULL));
  SHOW(connect(p[0], &a.any, sizeof a.v4));
  SHOW(shutdown(p[0], SHUT_RD));
  SHOW(getsockname(p[0], &a.any, &(socklen_t){sizeof a}));
  SHOW(recv(1000, &c, 1, 0));
  SHOW(send(-1, &c, 1, 0));
  SHOW(listen(1000, 1));
  SHOW(shutdown(1000, SHUT_RD));
  SHOW(lseek(tcp, 0, SEEK_CUR));
  return 0;
}
