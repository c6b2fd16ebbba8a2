// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Loopback addresses stay in the program, others leave it: at the same time, on one socket even, and
// with the ports of one program.
// needs: wait net
// flags: --pre-js {dir}/options.js

#include "relay.h"

static int listener_on(int port) {
  int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  MUST(bind(fd, (struct sockaddr *)&a, sizeof a));
  MUST(listen(fd, 5));
  return fd;
}

static int own_port(int fd) {
  struct sockaddr_in a;
  socklen_t len = sizeof a;
  MUST(getsockname(fd, (struct sockaddr *)&a, &len));
  return ntohs(a.sin_port);
}

// The port is that of a server of the host's: the program's own listener is meant all the same.
static void streams(void) {
  int port = port_of("echo");
  int listener = listener_on(port), in = MUST(socket(AF_INET, SOCK_STREAM, 0));
  int out = connect_to("echo");
  EXPECT_EQ(try_connect(in, named("localhost", port)), 0);
  int accepted = MUST(accept(listener, NULL, NULL));
  char got[4] = "";
  EXPECT_EQ(write(in, "in", 2), 2);
  EXPECT_EQ(write(out, "out", 3), 3);
  EXPECT_EQ(read_all(accepted, got, 2), 2);
  EXPECT(!memcmp(got, "in", 2));
  EXPECT_EQ(poll_one(in, POLLIN, 0), 0);
  EXPECT_EQ(read_all(out, got, 3), 3);
  EXPECT(!memcmp(got, "out", 3));
  close(in);
  close(out);
  close(accepted);
  close(listener);
  in = MUST(socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(try_connect(in, numeric("127.0.0.1", port)), ECONNREFUSED);
  close(in);
}

// A port that was bound is taken for the program, wherever it leads.
static void ports(void) {
  int out = MUST(socket(AF_INET, SOCK_STREAM, 0));
  struct sockaddr_in any = {.sin_family = AF_INET};
  EXPECT_EQ(bind(out, (struct sockaddr *)&any, sizeof any), 0);
  int port = own_port(out);
  EXPECT_EQ(try_connect(out, named("server.test", port_of("hello"))), 0);
  EXPECT_EQ(own_port(out), port);
  int other = MUST(socket(AF_INET, SOCK_STREAM, 0));
  any.sin_port = htons((unsigned short)port);
  EXPECT_EQ(bind(other, (struct sockaddr *)&any, sizeof any), -1);
  EXPECT_EQ(errno, EADDRINUSE);
  close(out);
  EXPECT_EQ(bind(other, (struct sockaddr *)&any, sizeof any), 0);
  close(other);
}

static void not_from_loopback(void) {
  int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  struct sockaddr_in here = numeric("127.0.0.1", 0);
  EXPECT_EQ(bind(fd, (struct sockaddr *)&here, sizeof here), 0);
  EXPECT_EQ(try_connect(fd, named("server.test", port_of("echo"))), EINVAL);
  close(fd);
  fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  struct sockaddr_in elsewhere = numeric("192.0.2.1", 0);
  EXPECT_EQ(bind(fd, (struct sockaddr *)&elsewhere, sizeof elsewhere), -1);
  EXPECT_EQ(errno, EADDRNOTAVAIL);
  close(fd);
}

static void send_to(int fd, const char *text, struct sockaddr_in to) {
  EXPECT_EQ(sendto(fd, text, strlen(text), 0, (struct sockaddr *)&to, sizeof to), strlen(text));
}

// A datagram socket hears both sides; a connected one its peer alone.
static void datagrams(void) {
  struct sockaddr_in server = named("server.test", port_of("udpecho")), from;
  struct sockaddr_in here = numeric("127.0.0.1", 0);
  int inside = MUST(socket(AF_INET, SOCK_DGRAM, 0)), both = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  MUST(bind(inside, (struct sockaddr *)&here, sizeof here));
  send_to(both, "a", numeric("127.0.0.1", own_port(inside)));
  char got[4];
  socklen_t len = sizeof from;
  EXPECT_EQ(recvfrom(inside, got, sizeof got, 0, (struct sockaddr *)&from, &len), 1);
  EXPECT_EQ(ntohs(from.sin_port), own_port(both));
  send_to(inside, "bb", from);
  EXPECT_EQ(recv(both, got, sizeof got, 0), 2);
  send_to(both, "ccc", server);
  EXPECT_EQ(recv(both, got, sizeof got, 0), 3);
  EXPECT_EQ(try_connect(both, server), 0);
  send_to(inside, "bb", from);
  EXPECT_EQ(send(both, "dddd", 4, 0), 4);
  EXPECT_EQ(recv(both, got, sizeof got, 0), 4);
  EXPECT_EQ(poll_one(both, POLLIN, 0), 0);
  // And back.
  EXPECT_EQ(try_connect(both, numeric("127.0.0.1", own_port(inside))), 0);
  EXPECT_EQ(send(both, "a", 1, 0), 1);
  EXPECT_EQ(recv(inside, got, sizeof got, 0), 1);
  close(inside);
  close(both);
}

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  streams();
  ports();
  not_from_loopback();
  datagrams();
  return status_of_test();
}
