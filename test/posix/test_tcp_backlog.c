// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A listener takes a connection more than its backlog. Those that have been made before are still
// there when the queue has been emptied, in their order, with what was sent on them.
//
// gaps: 35
// needs: wait net
#include "net.h"

int main(void) {
  int listener = bound_socket(AF_INET, SOCK_STREAM);
  MUST(listen(listener, 2));
  union address to = own_address(listener);
  int clients[3];
  for (int i = 0; i < 3; i++) {
    clients[i] = tcp_client(&to);
    char c = (char)('a' + i);
    SHOW(send(clients[i], &c, 1, 0));
  }
  for (int i = 0; i < 3; i++) {
    char c;
    await(listener, POLLIN);
    int fd = MUST(accept(listener, NULL, NULL));
    CHECK(receive(fd, &c, 1) == 1 && c == 'a' + i);
    close(fd);
  }
  set_nonblocking(listener, 1);
  SHOW(accept(listener, NULL, NULL));
  int late = tcp_client(&to);
  await(listener, POLLIN);
  close(listener);
  char c;
  await(late, POLLIN);
  SHOW(recv(late, &c, 1, 0));
  return 0;
}
