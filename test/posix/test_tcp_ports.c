// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Who may have which TCP port: wildcards, SO_REUSEADDR before and after listen, SO_REUSEPORT, addresses that
// are nobody's.
//
// gaps: 27
// needs: net ipv6
#include "net.h"

static int opened(int family, int type, int option) {
  int fd = MUST(socket(family, type, 0)), on = 1;
  if (option) MUST(setsockopt(fd, SOL_SOCKET, option, &on, sizeof on));
  return fd;
}

static int bind_to(int fd, const char *text, int port) {
  union address a;
  memset(&a, 0, sizeof a);
  if (strchr(text, ':')) {
    a.v6.sin6_family = AF_INET6;
    a.v6.sin6_port = htons((unsigned short)port);
    inet_pton(AF_INET6, text, &a.v6.sin6_addr);
    return bind(fd, &a.any, sizeof a.v6);
  }
  a.v4.sin_family = AF_INET;
  a.v4.sin_port = htons((unsigned short)port);
  inet_pton(AF_INET, text, &a.v4.sin_addr);
  return bind(fd, &a.any, sizeof a.v4);
}

static int number_of(int fd) {
  union address a = own_address(fd);
  return port_of(&a);
}

static void addresses(void) {
  int fd = opened(AF_INET, SOCK_STREAM, 0);
  SHOW_AS("nobody's", bind_to(fd, "192.0.2.1", 0));
  SHOW_AS("loopback", bind_to(fd, "127.0.0.1", 0));
  CHECK(number_of(fd) >= 1024);
  SHOW_AS("twice", bind_to(fd, "127.0.0.1", 0));
  int same = opened(AF_INET, SOCK_STREAM, 0), other = opened(AF_INET, SOCK_STREAM, 0);
  SHOW_AS("same address", bind_to(same, "127.0.0.1", number_of(fd)));
  SHOW_AS("another address", bind_to(other, "127.0.0.2", number_of(fd)));
  SHOW_AS("wildcard", bind_to(opened(AF_INET, SOCK_STREAM, 0), "0.0.0.0", number_of(fd)));
  SHOW_AS("UDP", bind_to(opened(AF_INET, SOCK_DGRAM, 0), "127.0.0.1", number_of(fd)));
  int six = opened(AF_INET6, SOCK_STREAM, 0);
  SHOW_AS("IPv6 nobody's", bind_to(six, "2001:db8::1", 0));
  SHOW_AS("IPv6 loopback", bind_to(six, "::1", number_of(fd)));
}

static void reuse(void) {
  int one = opened(AF_INET, SOCK_STREAM, SO_REUSEADDR),
      two = opened(AF_INET, SOCK_STREAM, SO_REUSEADDR);
  MUST(bind_to(one, "127.0.0.1", 0));
  SHOW_AS("both reuse", bind_to(two, "127.0.0.1", number_of(one)));
  SHOW_AS("one does not", bind_to(opened(AF_INET, SOCK_STREAM, 0), "127.0.0.1", number_of(one)));
  SHOW_AS("listen", listen(one, 4));
  SHOW_AS("reuse what listens",
          bind_to(opened(AF_INET, SOCK_STREAM, SO_REUSEADDR), "127.0.0.1", number_of(one)));
}

int main(void) {
  addresses();
  reuse();
  return 0;
}
