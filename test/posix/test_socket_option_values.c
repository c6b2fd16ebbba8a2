// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// ip(7), ipv6(7), tcp(7), socket(7): which values an option takes, what -1 means to it, and what is said
// of options of another protocol's.
//
// gaps: 27
// needs: net
#include "net.h"

static void set_and_get(const char *name, int fd, int level, int option, int value) {
  socklen_t len = sizeof value;
  int r = setsockopt(fd, level, option, &value, len);
  printf("%s = %d: %s, ", name, value, r ? errno_name(errno) : "0");
  value = -77;
  r = getsockopt(fd, level, option, &value, &len);
  if (r) {
    printf("%s\n", errno_name(errno));
  } else {
    printf("%d, length %d\n", value, (int)len);
  }
}

#define SET(fd, level, option, value) set_and_get(#fd " " #option, fd, level, option, value)

int main(void) {
  int tcp = MUST(socket(AF_INET, SOCK_STREAM, 0)), udp = MUST(socket(AF_INET, SOCK_DGRAM, 0)),
      udp6 = MUST(socket(AF_INET6, SOCK_DGRAM, 0)), tcp6 = MUST(socket(AF_INET6, SOCK_STREAM, 0));
  static const int ttl[] = {0, 256, -1, 3};
  for (int i = 0; i < 4; i++) {
    SET(udp, IPPROTO_IP, IP_TTL, ttl[i]);
    SET(udp, IPPROTO_IP, IP_MULTICAST_TTL, ttl[i]);
    SET(udp6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, ttl[i]);
    SET(udp6, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, ttl[i]);
    SET(udp6, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, ttl[i]);
    SET(udp6, IPPROTO_IPV6, IPV6_TCLASS, ttl[i]);
  }
  SET(udp, IPPROTO_IP, IP_TOS, 0x10);
  SET(udp, IPPROTO_IP, IP_TOS, 0xff);
  SET(udp, IPPROTO_IP, IP_TOS, 300);
  SET(tcp, IPPROTO_IP, IP_TOS, 0xff);
  SET(tcp, IPPROTO_IP, IP_TOS, -1);
  SET(udp, IPPROTO_IP, IP_MULTICAST_LOOP, 7);
  SET(tcp, IPPROTO_IP, IP_MULTICAST_TTL, 2);
  SET(tcp, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
  SET(tcp6, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 2);
  SET(tcp6, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);
  SET(udp, IPPROTO_IP, IP_MTU_DISCOVER, 2);
  SET(udp, IPPROTO_IP, IP_MTU_DISCOVER, 9);
  SET(tcp, IPPROTO_TCP, TCP_MAXSEG, 1);
  SET(tcp, IPPROTO_TCP, TCP_KEEPIDLE, 0);
  SET(tcp, IPPROTO_TCP, TCP_KEEPINTVL, 32768);
  SET(tcp, IPPROTO_TCP, TCP_KEEPCNT, 128);
  SET(tcp, IPPROTO_TCP, TCP_SYNCNT, 0);
  SET(tcp, IPPROTO_TCP, TCP_CORK, 2);
  SET(tcp, IPPROTO_TCP, TCP_USER_TIMEOUT, -1);
  SET(tcp, IPPROTO_TCP, TCP_USER_TIMEOUT, 5000);
  SET(udp, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  SET(udp, IPPROTO_TCP, TCP_NODELAY, 1);
  SET(udp6, IPPROTO_TCP, TCP_NODELAY, 1);
  SET(tcp, IPPROTO_UDP, 1, 1);
  SET(udp6, IPPROTO_IP, IP_TTL, 9);
  SET(udp, SOL_SOCKET, SO_BROADCAST, 5);
  SET(udp, SOL_SOCKET, SO_RCVLOWAT, 0);
  SET(udp, SOL_SOCKET, SO_RCVLOWAT, -3);
  SET(udp, SOL_SOCKET, SO_SNDLOWAT, 3);
  SET(udp, SOL_SOCKET, SO_RCVBUF, 1);
  SET(udp, SOL_SOCKET, SO_SNDBUF, 1);
  SET(udp, SOL_SOCKET, SO_DEBUG, 0);
  SET(udp, SOL_SOCKET, SO_PASSCRED, 1);
  SET(tcp, SOL_SOCKET, SO_ERROR, 1);
  SET(tcp, SOL_SOCKET, SO_PEERCRED, 1);
  // Not to be changed any more once an address is there.
  SET(tcp6, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  union address any = {.v6 = {.sin6_family = AF_INET6}};
  MUST(bind(tcp6, &any.any, sizeof any.v6));
  SET(tcp6, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  return 0;
}
