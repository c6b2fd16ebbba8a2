// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// shutdown(2): SHUT_WR sends the end of the stream while reading goes on; POLLRDHUP sees the
// peer's; POLLHUP comes when both sides are shut.
// gaps: 38 10
// needs: net wait

#include "net.h"

#define ALL (POLLIN | POLLOUT | POLLRDHUP)

int main(void) {
  char buf[8];
  int client, server;
  tcp_pair(AF_INET, &client, &server);
  MUST(send(client, "last", 4, 0));
  SHOW(shutdown(client, SHUT_WR));
  POLL(client, ALL, 0);
  POLL(server, POLLRDHUP, SOON);
  POLL(server, ALL, 0);
  SHOW(receive(server, buf, 4));
  SHOW(recv(server, buf, sizeof buf, 0));
  POLL(server, ALL, 0);
  SHOW(send(server, "answer", 6, 0));
  SHOW(receive(client, buf, 6));
  printf("%.6s\n", buf);
  SHOW(shutdown(server, SHUT_WR));
  POLL(client, POLLRDHUP, SOON);
  POLL(client, ALL, 0);
  SHOW(recv(client, buf, sizeof buf, 0));
  return 0;
}
