// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// ip(7): a member of a group hears what is sent to it on loopback, until it leaves; the options of
// multicast read back.
// gaps: 39
// needs: net host wait

#include "net.h"

static void show_byte(const char *name, int fd, int option) {
  unsigned char value = 99;
  socklen_t len = sizeof value;
  MUST(getsockopt(fd, IPPROTO_IP, option, &value, &len));
  printf("%s: %d, length %d\n", name, value, (int)len);
}

int main(void) {
  char buf[16];
  int a = MUST(socket(AF_INET, SOCK_DGRAM, 0)), b = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  union address any = {.v4 = {.sin_family = AF_INET}};
  MUST(bind(b, &any.any, sizeof any.v4));
  union address group = own_address(b);
  group.v4.sin_addr.s_addr = inet_addr("239.255.77.5");
  struct ip_mreq membership = {.imr_multiaddr = group.v4.sin_addr,
                               .imr_interface = {htonl(INADDR_LOOPBACK)}};
  show_byte("IP_MULTICAST_TTL", a, IP_MULTICAST_TTL);
  show_byte("IP_MULTICAST_LOOP", a, IP_MULTICAST_LOOP);
  SHOW(setsockopt(a, IPPROTO_IP, IP_MULTICAST_TTL, &(int){0}, sizeof(int)));
  SHOW(setsockopt(a, IPPROTO_IP, IP_MULTICAST_LOOP, &(int){1}, sizeof(int)));
  show_byte("IP_MULTICAST_TTL", a, IP_MULTICAST_TTL);
  SHOW(setsockopt(a, IPPROTO_IP, IP_MULTICAST_IF, &membership.imr_interface,
                  sizeof membership.imr_interface));
  SHOW(setsockopt(b, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership));
  SHOW(setsockopt(b, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership));
  SHOW(sendto(a, "to all", 6, 0, &group.any, sizeof group.v4));
  POLL(b, POLLIN, SOON);
  SHOW(recv(b, buf, sizeof buf, MSG_DONTWAIT));
  SHOW(setsockopt(b, IPPROTO_IP, IP_DROP_MEMBERSHIP, &membership, sizeof membership));
  SHOW(setsockopt(b, IPPROTO_IP, IP_DROP_MEMBERSHIP, &membership, sizeof membership));
  return 0;
}
