// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// tcp(7), FIONREAD: the bytes that can be read now; a listener has none to tell of. FIONBIO works.
// gaps: 27
// needs: net wait

#include "net.h"
#include <sys/ioctl.h>

int main(void) {
  char buf[8];
  int unread = -1, on = 1;
  int client, server;
  tcp_pair(AF_INET, &client, &server);
  SHOW(ioctl(server, FIONREAD, &unread));
  printf("unread: %d\n", unread);
  MUST(send(client, "hello", 5, 0));
  await(server, POLLIN);
  SHOW(ioctl(server, FIONREAD, &unread));
  printf("unread: %d\n", unread);
  SHOW(recv(server, buf, 2, 0));
  SHOW(ioctl(server, FIONREAD, &unread));
  printf("unread: %d\n", unread);
  SHOW(ioctl(server, FIONBIO, &on));
  SHOW(recv(server, buf, sizeof buf, 0));
  SHOW(recv(server, buf, sizeof buf, 0));
  int listener = tcp_listener(AF_INET);
  SHOW(ioctl(listener, FIONREAD, &unread));
  return 0;
}
