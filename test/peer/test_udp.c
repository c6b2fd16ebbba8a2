// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Datagrams from and to a native peer: sizes from none to the largest, where they come from, a
// buffer that is too small, and a peer that is gone.

#include "peer.h"

static const size_t sizes[] = {0, 1, 1472, 1473, 9000, 65507};
enum { SIZES = sizeof sizes / sizeof *sizes };

static unsigned char bytes[70000];

static void serve(int listener) {
  int control = next_connection(listener), fd = bound_socket(AF_INET, SOCK_DGRAM);
  union address own = own_address(fd), from;
  MUST(send(control, &own.v4.sin_port, sizeof own.v4.sin_port, 0));
  for (int i = 0; i < SIZES; i++) {
    socklen_t len = sizeof from;
    ssize_t n = MUST(recvfrom(fd, bytes, sizeof bytes, 0, &from.any, &len));
    struct stream s = {0};
    add_to_sum(&s, bytes, (size_t)n);
    show_stream("datagram", &s);
    show_address("from", &from);
    SHOW(sendto(fd, bytes, (size_t)n, 0, &from.any, len));
  }
  SHOW(recv(fd, bytes, 3, MSG_TRUNC));
  SHOW(connect(fd, &from.any, address_size(AF_INET)));
  MUST(send(control, "!", 1, 0));
  MUST(recv(control, bytes, 1, MSG_WAITALL));
  SHOW(send(fd, "x", 1, 0));
  printf("poll: %s\n", event_names(await(fd, POLLIN)));
  SHOW(recv(fd, bytes, 1, MSG_DONTWAIT));
  SHOW(recv(fd, bytes, 1, MSG_DONTWAIT));
  close(fd);
}

static void peer(int port) {
  int control = dial(port), fd = bound_socket(AF_INET, SOCK_DGRAM);
  in_port_t number;
  MUST(recv(control, &number, sizeof number, MSG_WAITALL));
  union address to = loopback(AF_INET, ntohs(number));
  for (int i = 0; i < SIZES; i++) {
    struct stream s = {0};
    fill(&s, bytes, sizes[i]);
    MUST(sendto(fd, bytes, sizes[i], 0, &to.any, address_size(AF_INET)));
    ssize_t n = MUST(recv(fd, bytes, sizeof bytes, 0));
    add_to_sum(&s, bytes, (size_t)n);
    show_stream("echo", &s);
  }
  MUST(sendto(fd, "abcdef", 6, 0, &to.any, address_size(AF_INET)));
  MUST(recv(control, bytes, 1, MSG_WAITALL));
  close(fd);
  MUST(send(control, "!", 1, 0));
  SHOW(recv(control, bytes, 1, 0));
}
