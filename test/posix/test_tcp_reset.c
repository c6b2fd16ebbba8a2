// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// tcp(7): a close with SO_LINGER of 0 s, or with unread data, is a reset: the peer gets POLLERR and
// POLLHUP and ECONNRESET, once, then the end of the stream.
// gaps: 30
// needs: net wait

#include "net.h"

#define ALL (POLLIN | POLLOUT | POLLRDHUP)

int main(void) {
  char buf[8];
  int client, server;
  tcp_pair(AF_INET, &client, &server);
  SHOW(setsockopt(client, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger)));
  SHOW(close(client));
  POLL(server, ALL & ~POLLOUT, SOON);
  POLL(server, ALL, 0);
  SHOW(recv(server, buf, sizeof buf, 0));
  SHOW(recv(server, buf, sizeof buf, 0));
  POLL(server, ALL, 0);
  SHOW(send(server, "x", 1, MSG_NOSIGNAL));
  MUST(close(server));

  tcp_pair(AF_INET, &client, &server);
  MUST(send(client, "unread", 6, 0));
  await(server, POLLIN);
  SHOW(close(server));
  POLL(client, POLLIN, SOON);
  SHOW_SOCKET_ERROR(client);
  SHOW_SOCKET_ERROR(client);
  SHOW(recv(client, buf, sizeof buf, 0));
  return 0;
}
