// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// shutdown(2), SHUT_RD: what came before can be read, then recv gives 0 instead of waiting; sending
// goes on. SHUT_RDWR is POLLHUP.
// gaps: 38
// needs: net wait

#include "net.h"

#define ALL (POLLIN | POLLOUT | POLLRDHUP)

int main(void) {
  char buf[8];
  int client, server;
  tcp_pair(AF_INET, &client, &server);
  MUST(send(client, "abc", 3, 0));
  await(server, POLLIN);
  SHOW(shutdown(server, SHUT_RD));
  POLL(server, ALL, 0);
  SHOW(recv(server, buf, sizeof buf, 0));
  SHOW(recv(server, buf, sizeof buf, 0));
  SHOW(send(server, "de", 2, 0));
  SHOW(receive(client, buf, 2));
  POLL(client, ALL, 0);
  SHOW(shutdown(server, SHUT_RDWR));
  POLL(server, ALL, SOON);
  POLL(client, POLLIN, SOON);
  SHOW(recv(client, buf, sizeof buf, 0));
  return 0;
}
