// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Datagrams through a relay: connected and not, their addresses and bounds, several at once.
// needs: wait net
// flags: --pre-js {dir}/options.js

#include "relay.h"

static void connected(void) {
  static char got[70000];
  int fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  EXPECT_EQ(try_connect(fd, named("server.test", port_of("udpecho"))), 0);
  // Nothing has come.
  EXPECT_EQ(poll_one(fd, POLLIN | POLLOUT, 0), POLLOUT);
  EXPECT_EQ(recv(fd, got, sizeof got, MSG_DONTWAIT), -1);
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_EQ(send(fd, "one", 3, 0), 3);
  EXPECT_EQ(recv(fd, got, sizeof got, 0), 3);
  EXPECT_EQ(send(fd, got, 20000, 0), 20000);
  EXPECT_EQ(recv(fd, got, 100, MSG_TRUNC), 20000);
  EXPECT_EQ(close(fd), 0);
}

// One socket, two peers: each answer has the address of the one that was asked.
static void from_two_peers(void) {
  int port = port_of("udpecho");
  struct sockaddr_in to[2] = {named("one.test", port), numeric("192.0.2.5", port)}, from;
  int fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  bool seen[2] = {false};
  for (int i = 0; i < 2; i++) {
    char text[2] = {(char)('0' + i)};
    EXPECT_EQ(sendto(fd, text, 1, 0, (struct sockaddr *)&to[i], sizeof to[i]), 1);
  }
  for (int i = 0; i < 2; i++) {
    char text;
    socklen_t len = sizeof from;
    EXPECT_EQ(recvfrom(fd, &text, 1, 0, (struct sockaddr *)&from, &len), 1);
    EXPECT(text == '0' || text == '1');
    EXPECT_EQ(len, sizeof from);
    EXPECT(!memcmp(&from, &to[text - '0'], sizeof from));
    seen[text - '0'] = true;
  }
  EXPECT(seen[0] && seen[1]);
  EXPECT_EQ(close(fd), 0);
}

// The first is sent before the relay is connected, and closing the socket does not take it back.
static void sends_then_closes(void) {
  struct sockaddr_in to = named("server.test", port_of("udpcount"));
  int fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  EXPECT_EQ(sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to), 1);
  EXPECT_EQ(close(fd), 0);
}

static void has_counted(void) {
  char text[16] = "";
  int fd = connect_to("counted");
  EXPECT_EQ(read_all(fd, text, sizeof text - 1), 2);
  EXPECT(!strcmp(text, "1\n"));
  EXPECT_EQ(close(fd), 0);
}

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  sends_then_closes();
  connected();
  from_two_peers();
  has_counted();
  return status_of_test();
}
