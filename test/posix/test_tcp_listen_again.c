// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// listen(2) once more changes the backlog: who had no room in the queue gets in.
//
// gaps: 35
// needs: wait net
#include "net.h"

#define CLIENTS 3

int main(void) {
  int listener = bound_socket(AF_INET, SOCK_STREAM), clients[CLIENTS];
  union address to = own_address(listener);
  SHOW(listen(listener, 0));
  SHOW(listen(listener, 0));
  for (int i = 0; i < CLIENTS; i++) {
    clients[i] = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    connect(clients[i], &to.any, sizeof to.v4);
  }
  await(clients[0], POLLOUT);
  SHOW(listen(listener, 8));
  for (int i = 0; i < CLIENTS; i++) {
    await(clients[i], POLLOUT);
    SHOW_SOCKET_ERROR(clients[i]);
  }
  for (int i = 0; i < CLIENTS; i++) {
    await(listener, POLLIN);
    SHOW_AS("accept", MUST(accept(listener, NULL, NULL)) >= 0);
  }
  SHOW(listen(clients[0], 1));
  return 0;
}
