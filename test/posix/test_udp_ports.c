// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Which socket a datagram reaches: exact addresses before wildcards, connected sockets only from
// their peer, IPv4 to a wildcard of IPv6; and who may have which port.
//
// gaps: 34
// needs: wait net ipv6
#include "net.h"

static char b[32];

static int udp_at(int family, const char *text, int port) {
  int fd = MUST(socket(family, SOCK_DGRAM, 0));
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
  if (bind(fd, &a.any, address_size(family)) == -1) {
    printf("bind %s: %s\n", text, errno_name(errno));
    close(fd);
    return -1;
  }
  return fd;
}

static int number_of(int fd) {
  union address a = own_address(fd);
  return port_of(&a);
}

static void send_to(int fd, const char *text, const union address *to) {
  printf("send %s: %d\n", text,
         (int)MUST(sendto(fd, text, strlen(text), 0, &to->any, address_size(to->any.sa_family))));
}

static void show_receive(const char *what, int fd) {
  union address from;
  socklen_t len = sizeof from;
  await(fd, POLLIN);
  ssize_t n = MUST(recvfrom(fd, b, sizeof b, MSG_DONTWAIT, &from.any, &len));
  printf("%s: '%.*s' ", what, (int)n, b);
  show_address("from", &from);
}

int main(void) {
  int any = udp_at(AF_INET, "0.0.0.0", 0), sender = udp_at(AF_INET, "127.0.0.1", 0);
  int port = number_of(any);
  union address to = loopback(AF_INET, port);
  CHECK(udp_at(AF_INET, "127.0.0.1", port) == -1);
  send_to(sender, "to any", &to);
  show_receive("any", any);
  close(any);
  int exact = udp_at(AF_INET, "127.0.0.1", port);
  send_to(sender, "to exact", &to);
  show_receive("exact", exact);
  // Connected: from its peer alone.
  union address from = own_address(sender);
  MUST(connect(exact, &from.any, sizeof from.v4));
  int stranger = udp_at(AF_INET, "127.0.0.1", 0);
  send_to(stranger, "not heard", &to);
  send_to(sender, "heard", &to);
  show_receive("connected", exact);
  // Unconnected senders hear of no refusal.
  close(exact);
  send_to(stranger, "to nobody", &to);
  SHOW_SOCKET_ERROR(stranger);
  SHOW(recv(stranger, b, 1, MSG_DONTWAIT));
  // IPv6.
  int six = udp_at(AF_INET6, "::", 0);
  union address to4 = loopback(AF_INET, number_of(six)), to6 = loopback(AF_INET6, number_of(six));
  send_to(sender, "four", &to4);
  show_receive("six", six);
  int sender6 = udp_at(AF_INET6, "::1", 0);
  send_to(sender6, "six", &to6);
  show_receive("six", six);
  SHOW_AS("nobody's", udp_at(AF_INET, "192.0.2.1", 0));
  return 0;
}
