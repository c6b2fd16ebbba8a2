// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// TCP through a relay: names and numbers, both directions, the end of a stream, errors.
// needs: wait net
// flags: --pre-js {dir}/options.js

#include "relay.h"

static void echoes(struct sockaddr_in a) {
  char got[6] = "";
  int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(try_connect(fd, a), 0);
  EXPECT_EQ(write(fd, "hello", 5), 5);
  EXPECT_EQ(read_all(fd, got, 5), 5);
  EXPECT(!strcmp(got, "hello"));
  struct sockaddr_in peer;
  socklen_t len = sizeof peer;
  EXPECT_EQ(getpeername(fd, (struct sockaddr *)&peer, &len), 0);
  EXPECT(!memcmp(&peer, &a, sizeof a));
  EXPECT_EQ(getsockname(fd, (struct sockaddr *)&peer, &len), 0);
  EXPECT(peer.sin_port != 0);
  EXPECT_EQ(close(fd), 0);
}

static void over_ipv6(void) {
  char got[5];
  struct addrinfo hints = {.ai_family = AF_INET6, .ai_socktype = SOCK_STREAM}, *found;
  EXPECT_EQ(getaddrinfo("six.test", NULL, &hints, &found), 0);
  struct sockaddr_in6 a = *(struct sockaddr_in6 *)found->ai_addr;
  freeaddrinfo(found);
  a.sin6_port = htons((unsigned short)port_of("echo"));
  int fd = MUST(socket(AF_INET6, SOCK_STREAM, 0));
  EXPECT_EQ(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
  EXPECT_EQ(write(fd, "hello", 5), 5);
  EXPECT_EQ(read_all(fd, got, 5), 5);
  EXPECT_EQ(close(fd), 0);
}

// The peer's end comes behind its last byte; what is sent from then on is answered with a reset.
static void hears_the_end(void) {
  char got[10];
  int fd = connect_to("hello");
  EXPECT_EQ(read_all(fd, got, sizeof got), 6);
  EXPECT_EQ(errno, 0);
  EXPECT(poll_one(fd, POLLIN | POLLRDHUP, 0) & POLLRDHUP);
  EXPECT_EQ(send(fd, "x", 1, MSG_NOSIGNAL), 1);
  EXPECT(poll_one(fd, 0, -1) & POLLERR);
  EXPECT_EQ(send(fd, "x", 1, MSG_NOSIGNAL), -1);
  EXPECT_EQ(errno, EPIPE);
  EXPECT_EQ(close(fd), 0);
}

static int fate_of_sending(struct sockaddr_in a) {
  int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  int err = try_connect(fd, a);
  if (!err) {
    EXPECT_EQ(write(fd, "x", 1), 1);
    EXPECT(poll_one(fd, POLLIN, -1) & (POLLERR | POLLHUP));
    err = fate_of(fd);
  }
  EXPECT_EQ(close(fd), 0);
  return err;
}

static void reads_a_long_stream(void) {
  enum { LENGTH = 3000000 };
  static unsigned char got[LENGTH + 1];
  int fd = connect_to("source");
  dprintf(fd, "%d\n", LENGTH);
  EXPECT_EQ(read_all(fd, got, sizeof got), LENGTH);
  size_t wrong = 0;
  for (size_t i = 0; i < LENGTH; i++) {
    wrong += got[i] != i % 251;
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(close(fd), 0);
}

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  echoes(named("server.test", port_of("echo")));
  echoes(numeric("192.0.2.1", port_of("echo")));
  over_ipv6();
  hears_the_end();
  reads_a_long_stream();
  EXPECT_EQ(fate_of_sending(named("blocked.test", port_of("echo"))), EACCES);
  // This relay has one reason for all failures.
  EXPECT_EQ(fate_of_sending(named("server.test", port_of("closed"))), ECONNREFUSED);
  EXPECT_EQ(fate_of_sending(named("nobody.example", port_of("echo"))), ECONNREFUSED);
  return status_of_test();
}
