// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What Node's sockets have not is refused with the errno that a caller looks for (docs/ARCHITECTURE.md
// lists it), and changes nothing: the socket goes on.
//
// needs: net host
#include "expect.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#define EXPECT_ERROR(call, error)                                                                  \
  do {                                                                                             \
    errno = 0;                                                                                     \
    EXPECT_EQ(call, -1);                                                                           \
    EXPECT_EQ(errno, error);                                                                       \
  } while (0)

static void expect_no_option(int fd, int level, int name) {
  int value = 1;
  socklen_t len = sizeof value;
  EXPECT_ERROR(setsockopt(fd, level, name, &value, len), ENOPROTOOPT);
  EXPECT_ERROR(getsockopt(fd, level, name, &value, &len), ENOPROTOOPT);
}

int main(void) {
  int tcp = MUST(socket(AF_INET, SOCK_STREAM, 0)), udp = MUST(socket(AF_INET, SOCK_DGRAM, 0)),
      udp6 = MUST(socket(AF_INET6, SOCK_DGRAM, 0));
  char byte;
  EXPECT_ERROR(send(tcp, "!", 1, MSG_OOB), EOPNOTSUPP);
  EXPECT_ERROR(send(udp, "!", 1, MSG_OOB), EOPNOTSUPP);
  EXPECT_ERROR(recv(tcp, &byte, 1, MSG_OOB), EINVAL);
  expect_no_option(udp, IPPROTO_IP, IP_PKTINFO);
  expect_no_option(udp, IPPROTO_IP, IP_RECVTTL);
  expect_no_option(udp, IPPROTO_IP, IP_RECVTOS);
  expect_no_option(udp, IPPROTO_IP, IP_FREEBIND);
  expect_no_option(udp, SOL_SOCKET, SO_RXQ_OVFL);
  expect_no_option(udp, SOL_SOCKET, SO_BINDTODEVICE);
  expect_no_option(udp6, IPPROTO_IPV6, IPV6_RECVPKTINFO);
  expect_no_option(udp6, IPPROTO_IPV6, IPV6_RECVHOPLIMIT);
  expect_no_option(tcp, IPPROTO_TCP, TCP_FASTOPEN);
  expect_no_option(tcp, IPPROTO_TCP, TCP_CONGESTION);
  struct sockaddr_in at = {.sin_family = AF_INET};
  EXPECT_EQ(bind(udp, (struct sockaddr *)&at, sizeof at), 0);
  EXPECT_EQ(bind(tcp, (struct sockaddr *)&at, sizeof at), 0);
  EXPECT_EQ(listen(tcp, 1), 0);
  return status_of_test();
}
