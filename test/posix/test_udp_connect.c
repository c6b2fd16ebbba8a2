// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// udp(7), connect(2): a connected socket sends to its peer and hears only its peer; sendto with an
// address sends there all the same; connect to AF_UNSPEC dissolves the association.
// gaps: 23 33
// needs: net wait

#include "net.h"

static void show_next(const char *who, int fd) {
  char buf[16];
  await(fd, POLLIN);
  ssize_t n = recv(fd, buf, sizeof buf, MSG_DONTWAIT);
  printf("%s got \"%.*s\"\n", who, (int)n, buf);
}

int main(void) {
  union address peer;
  socklen_t len = sizeof peer;
  int a = bound_socket(AF_INET, SOCK_DGRAM), b = bound_socket(AF_INET, SOCK_DGRAM),
      c = bound_socket(AF_INET, SOCK_DGRAM);
  union address to_a = own_address(a), to_b = own_address(b), to_c = own_address(c);
  SHOW(send(a, "x", 1, 0));
  SHOW(getpeername(a, &peer.any, &len));
  SHOW(connect(a, &to_b.any, sizeof to_b.storage));
  SHOW(getpeername(a, &peer.any, &len));
  CHECK(port_of(&peer) == port_of(&to_b));
  SHOW(send(a, "to peer", 7, 0));
  show_next("b", b);
  SHOW(sendto(a, "to c", 4, 0, &to_c.any, sizeof to_c.v4));
  show_next("c", c);
  SHOW(send(a, "again", 5, 0));
  show_next("b", b);

  MUST(sendto(c, "from c", 6, 0, &to_a.any, sizeof to_a.v4));
  POLL(a, POLLIN, 100);
  MUST(sendto(b, "from b", 6, 0, &to_a.any, sizeof to_a.v4));
  show_next("a", a);

  union address none = {.any = {.sa_family = AF_UNSPEC}};
  SHOW(connect(a, &none.any, sizeof none.v4));
  SHOW(getpeername(a, &peer.any, &len));
  SHOW(send(a, "x", 1, 0));
  // A port that the kernel chose may be another one from here on: answer to where it came from.
  char buf[16];
  MUST(sendto(a, "anyone", 6, 0, &to_c.any, sizeof to_c.v4));
  await(c, POLLIN);
  len = sizeof peer;
  SHOW(recvfrom(c, buf, sizeof buf, 0, &peer.any, &len));
  MUST(sendto(c, "now", 3, 0, &peer.any, len));
  show_next("a", a);
  SHOW(connect(a, &to_c.any, sizeof to_c.v4));
  SHOW(connect(a, &to_b.any, sizeof to_b.v4));
  SHOW(write(a, "last", 4));
  show_next("b", b);
  return 0;
}
