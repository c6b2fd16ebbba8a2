// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// ipv6(7): TCP over ::1; a listener of :: without IPV6_V6ONLY takes clients of IPv4, whose
// addresses it sees as mapped ones.
// gaps: blocking
// needs: net wait ipv6

#include "net.h"

int main(void) {
  char buf[8];
  int client, server;
  tcp_pair(AF_INET6, &client, &server);
  union address a = own_address(server);
  show_address("server", &a);
  SHOW(send(client, "hello", 5, 0));
  SHOW(recv(server, buf, 5, MSG_WAITALL));
  printf("%.5s\n", buf);
  MUST(close(client));
  SHOW(recv(server, buf, 5, 0));

  int off = 0;
  int listener = MUST(socket(AF_INET6, SOCK_STREAM, 0));
  SHOW(setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off));
  union address any = {.v6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_any}};
  SHOW(bind(listener, &any.any, sizeof any.v6));
  SHOW(listen(listener, 4));
  union address to = own_address(listener);
  show_address("listener", &to);
  union address to4 = loopback(AF_INET, port_of(&to));
  tcp_client(&to4);
  await(listener, POLLIN);
  union address from;
  socklen_t len = sizeof from;
  MUST(accept(listener, &from.any, &len));
  show_address("client", &from);
  printf("length %d\n", (int)len);
  return 0;
}
