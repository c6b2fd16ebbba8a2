// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A wildcard of IPv6 takes connections of IPv4, under mapped addresses, unless IPV6_V6ONLY is set;
// and a socket of IPv6 connects to mapped addresses.
//
// gaps: 27
// needs: wait net ipv6
#include "net.h"

static int listener_of(const char *text, int only6, int port) {
  int fd = MUST(socket(AF_INET6, SOCK_STREAM, 0));
  union address a;
  memset(&a, 0, sizeof a);
  a.v6.sin6_family = AF_INET6;
  a.v6.sin6_port = htons((unsigned short)port);
  inet_pton(AF_INET6, text, &a.v6.sin6_addr);
  MUST(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only6, sizeof only6));
  MUST(bind(fd, &a.any, sizeof a.v6));
  MUST(listen(fd, 4));
  return fd;
}

static int number_of(int fd) {
  union address a = own_address(fd);
  return port_of(&a);
}

static void try_connect(const char *what, int family, const char *text, int port) {
  union address a;
  memset(&a, 0, sizeof a);
  a.any.sa_family = (sa_family_t)family;
  if (family == AF_INET6) {
    a.v6.sin6_port = htons((unsigned short)port);
    inet_pton(AF_INET6, text, &a.v6.sin6_addr);
  } else {
    a.v4.sin_port = htons((unsigned short)port);
    inet_pton(AF_INET, text, &a.v4.sin_addr);
  }
  int fd = MUST(socket(family, SOCK_STREAM, 0));
  set_nonblocking(fd, 1);
  if (connect(fd, &a.any, address_size(family)) == -1 && errno != EINPROGRESS) {
    printf("%s: %s\n", what, errno_name(errno));
    return;
  }
  await(fd, POLLOUT);
  int error = socket_error(fd);
  printf("%s: %s\n", what, error ? errno_name(error) : "connected");
  if (!error) {
    union address own = own_address(fd);
    show_address("its own", &own);
  }
}

static void show_accepted(int listener) {
  union address peer, own;
  socklen_t len = sizeof peer;
  await(listener, POLLIN);
  int fd = MUST(accept(listener, &peer.any, &len));
  show_address("peer", &peer);
  own = own_address(fd);
  show_address("own", &own);
  close(fd);
}

int main(void) {
  int both = listener_of("::", 0, 0);
  try_connect("IPv4 to ::", AF_INET, "127.0.0.1", number_of(both));
  show_accepted(both);
  try_connect("IPv6 to ::", AF_INET6, "::1", number_of(both));
  show_accepted(both);
  try_connect("mapped to ::", AF_INET6, "::ffff:127.0.0.1", number_of(both));
  show_accepted(both);
  int only = listener_of("::", 1, 0);
  try_connect("IPv4 to :: only", AF_INET, "127.0.0.1", number_of(only));
  try_connect("IPv6 to :: only", AF_INET6, "::1", number_of(only));
  show_accepted(only);
  int four = tcp_listener(AF_INET);
  try_connect("mapped to IPv4", AF_INET6, "::ffff:127.0.0.1", number_of(four));
  show_accepted(four);
  try_connect("IPv6 to IPv4", AF_INET6, "::1", number_of(four));
  return 0;
}
