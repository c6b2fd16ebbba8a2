// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The program as a client of a native server: connecting, talking, a port that is in use, and one
// that is bound and where nobody listens.

#include "peer.h"

static void serve(int listener) {
  // The peer tells the ports of its own listener, and of a socket that is bound only.
  int control = next_connection(listener);
  unsigned short ports[2];
  char buf[16];
  MUST(recv(control, ports, sizeof ports, MSG_WAITALL));
  union address to = loopback(AF_INET, ports[0]), silent = loopback(AF_INET, ports[1]);
  int same = MUST(socket(AF_INET, SOCK_STREAM, 0));
  SHOW(bind(same, &to.any, address_size(AF_INET)));
  close(same);
  int fd = dial(ports[0]);
  SHOW(send(fd, "hello", 5, 0));
  SHOW(recv(fd, buf, 5, MSG_WAITALL));
  SHOW(recv(fd, buf, 5, MSG_WAITALL));
  close(fd);
  fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  SHOW(connect(fd, &silent.any, address_size(AF_INET)));
  set_nonblocking(fd, 1);
  int err = connect(fd, &silent.any, address_size(AF_INET));
  printf("connect again: %s\n", err ? errno_name(errno) : "0");
  printf("poll: %s\n", event_names(await(fd, POLLOUT)));
  SHOW_SOCKET_ERROR(fd);
  close(fd);
  MUST(send(control, "!", 1, 0));
}

static void peer(int port) {
  int listener = tcp_listener(AF_INET), control = dial(port);
  union address own = own_address(listener),
                silent = own_address(bound_socket(AF_INET, SOCK_STREAM));
  unsigned short ports[2] = {(unsigned short)port_of(&own), (unsigned short)port_of(&silent)};
  char buf[16];
  MUST(send(control, ports, sizeof ports, 0));
  int fd = next_connection(listener);
  SHOW(recv(fd, buf, 5, MSG_WAITALL));
  SHOW(send(fd, "world", 5, 0));
  SHOW(shutdown(fd, SHUT_WR));
  SHOW(recv(fd, buf, 5, MSG_WAITALL));
  close(listener);
  SHOW(recv(control, buf, 1, MSG_WAITALL));
}
