// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// close(2) of a listener: connections that were never accepted are reset; those that were live on.
// gaps: 35 30
// needs: net wait

#include "net.h"

int main(void) {
  char buf[8];
  int listener = tcp_listener(AF_INET);
  union address to = own_address(listener);
  int accepted = tcp_client(&to);
  await(listener, POLLIN);
  int server = MUST(accept(listener, NULL, NULL));
  int waiting = tcp_client(&to);
  await(listener, POLLIN);
  MUST(close(listener));

  POLL(waiting, POLLIN, SOON);
  SHOW(recv(waiting, buf, sizeof buf, 0));
  SHOW(recv(waiting, buf, sizeof buf, 0));
  POLL(accepted, POLLIN, 0);
  SHOW(send(accepted, "hello", 5, 0));
  SHOW(receive(server, buf, 5));

  int late = MUST(socket(AF_INET, SOCK_STREAM, 0));
  SHOW(connect(late, &to.any, sizeof to.v4));
  return 0;
}
