// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The relay goes and comes back: its streams are ECONNRESET, once, and its datagram sockets hear
// ENETDOWN and work again; who connects meanwhile waits for it. One that does not come back is ENETDOWN.
// needs: wait net
// flags: --pre-js {dir}/options.js --pre-js {dir}/impatient.js

#include "relay.h"

static int exchange(int fd) {
  char byte;
  if (send(fd, "x", 1, MSG_NOSIGNAL) != 1) {
    return errno;
  }
  return recv(fd, &byte, 1, 0) == 1 ? 0 : errno;
}

static int udp_socket(void) {
  int fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  EXPECT_EQ(try_connect(fd, named("server.test", port_of("udpecho"))), 0);
  return fd;
}

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  int tcp = connect_to("echo"), udp = udp_socket();
  EXPECT_EQ(exchange(tcp), 0);
  EXPECT_EQ(exchange(udp), 0);

  tell_driver("kill");
  EXPECT(poll_one(tcp, POLLIN, -1) & POLLERR);
  EXPECT_EQ(exchange(tcp), ECONNRESET);
  EXPECT_EQ(exchange(tcp), EPIPE);
  EXPECT(poll_one(udp, POLLIN, -1) & POLLERR);
  EXPECT_EQ(exchange(udp), ENETDOWN);
  close(tcp);

  tell_driver("start");
  tcp = connect_to("echo");
  EXPECT_EQ(exchange(tcp), 0);
  EXPECT_EQ(exchange(udp), 0);

  tell_driver("kill");
  EXPECT_EQ(fate_of(tcp), ECONNRESET);
  close(tcp);
  tcp = MUST(socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(try_connect(tcp, named("server.test", port_of("echo"))), ENETDOWN);
  close(tcp);
  tell_driver("start");
  close(udp);
  return status_of_test();
}
