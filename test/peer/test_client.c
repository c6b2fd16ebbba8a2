// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The program as a client of a native server: connecting, talking, a port that is in use, and one
// where nobody listens any more.

#include "peer.h"

static void serve(int listener) {
  // The peer tells the port of its own listener.
  int control = next_connection(listener);
  unsigned short port;
  char buf[16];
  MUST(recv(control, &port, sizeof port, MSG_WAITALL));
  union address to = loopback(AF_INET, port);
  int same = MUST(socket(AF_INET, SOCK_STREAM, 0));
  SHOW(bind(same, &to.any, address_size(AF_INET)));
  close(same);
  int fd = dial(port);
  SHOW(send(fd, "hello", 5, 0));
  SHOW(recv(fd, buf, 5, MSG_WAITALL));
  SHOW(recv(fd, buf, 5, MSG_WAITALL));
  close(fd);
  MUST(send(control, "!", 1, 0));
  MUST(recv(control, buf, 1, MSG_WAITALL));
  fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  SHOW(connect(fd, &to.any, address_size(AF_INET)));
  set_nonblocking(fd, 1);
  int err = connect(fd, &to.any, address_size(AF_INET));
  printf("connect again: %s\n", err ? errno_name(errno) : "0");
  printf("poll: %s\n", event_names(await(fd, POLLOUT)));
  SHOW_SOCKET_ERROR(fd);
  close(fd);
}

static void peer(int port) {
  int listener = tcp_listener(AF_INET), control = dial(port);
  union address own = own_address(listener);
  unsigned short number = (unsigned short)port_of(&own);
  char buf[16];
  MUST(send(control, &number, sizeof number, 0));
  int fd = next_connection(listener);
  SHOW(recv(fd, buf, 5, MSG_WAITALL));
  SHOW(send(fd, "world", 5, 0));
  SHOW(shutdown(fd, SHUT_WR));
  SHOW(recv(fd, buf, 5, MSG_WAITALL));
  MUST(recv(control, buf, 1, MSG_WAITALL));
  close(listener);
  MUST(send(control, "!", 1, 0));
  SHOW(recv(control, buf, 1, MSG_WAITALL));
}
