// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A WebSocket per connection: errors of connect, both directions, ends, and datagrams.
// needs: wait net
// net: websocket

#include "relay.h"

static struct sockaddr_in server(const char *name) {
  return named(argument("host"), port_of(name));
}

static int pending_error(int fd) {
  int error = -1;
  socklen_t len = sizeof error;
  MUST(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len));
  return error;
}

static void echoes(void) {
  char got[8] = "";
  int fd = connect_to("echo");
  EXPECT_EQ(poll_one(fd, POLLIN | POLLOUT, 0), POLLOUT);
  EXPECT_EQ(write(fd, "hello", 5), 5);
  EXPECT_EQ(read_all(fd, got, 5), 5);
  EXPECT(!strcmp(got, "hello"));
  EXPECT_EQ(shutdown(fd, SHUT_RDWR), 0);
  EXPECT_EQ(read(fd, got, 5), 0);
  EXPECT_EQ(send(fd, "x", 1, MSG_NOSIGNAL), -1);
  EXPECT_EQ(errno, EPIPE);
  close(fd);
}

static void without_blocking(void) {
  int fd = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  EXPECT_EQ(poll_one(fd, POLLOUT, 0), POLLOUT | POLLHUP);
  EXPECT_EQ(try_connect(fd, server("echo")), EINPROGRESS);
  int second = try_connect(fd, server("echo"));
#ifdef __EMSCRIPTEN_PTHREADS__
  EXPECT(second == EALREADY || second == 0); // the network is another thread's
#else
  EXPECT_EQ(second, EALREADY);
#endif
  EXPECT_EQ(poll_one(fd, POLLOUT, -1), POLLOUT);
  EXPECT_EQ(pending_error(fd), 0);
  if (second == EALREADY) EXPECT_EQ(try_connect(fd, server("echo")), 0);
  EXPECT_EQ(try_connect(fd, server("echo")), EISCONN);
  close(fd);
  fd = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  EXPECT_EQ(try_connect(fd, server("closed")), EINPROGRESS);
  EXPECT(poll_one(fd, POLLOUT, -1) & POLLERR);
  EXPECT_EQ(pending_error(fd), ECONNREFUSED);
  EXPECT_EQ(pending_error(fd), 0);
  close(fd);
}

static void ends(void) {
  char got[10];
  int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(try_connect(fd, server("closed")), ECONNREFUSED);
  close(fd);
  fd = connect_to("hello");
  EXPECT_EQ(read_all(fd, got, sizeof got), 6);
  EXPECT_EQ(errno, 0);
  EXPECT(poll_one(fd, POLLIN | POLLRDHUP, 0) & POLLRDHUP);
  close(fd);
  fd = connect_to("reset");
  EXPECT_EQ(write(fd, "x", 1), 1);
  EXPECT(poll_one(fd, POLLIN, -1) & POLLERR);
  EXPECT_EQ(read(fd, got, 1), -1);
  EXPECT_EQ(errno, ECONNRESET);
  EXPECT_EQ(read(fd, got, 1), 0);
  close(fd);
}

static void datagrams(void) {
  char got[10];
  int fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  struct sockaddr_in to = server("udpecho"), from, any = {.sin_family = AF_INET};
  socklen_t len = sizeof from;
  EXPECT_EQ(poll_one(fd, POLLIN | POLLOUT, 0), POLLOUT);
  EXPECT_EQ(sendto(fd, "one", 3, 0, (struct sockaddr *)&to, sizeof to), 3);
  EXPECT_EQ(recvfrom(fd, got, sizeof got, 0, (struct sockaddr *)&from, &len), 3);
  EXPECT(!memcmp(&from, &to, sizeof from));
  // One of no bytes is a datagram as well.
  EXPECT_EQ(sendto(fd, "", 0, 0, (struct sockaddr *)&to, sizeof to), 0);
  EXPECT(poll_one(fd, POLLIN, -1) & POLLIN);
  EXPECT_EQ(recv(fd, got, sizeof got, 0), 0);
  EXPECT_EQ(poll_one(fd, POLLIN, 0), 0);
  close(fd);
  // A bound one says its port first, which is not for the peer.
  fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  any.sin_port = htons(40123);
  MUST(bind(fd, (struct sockaddr *)&any, sizeof any));
  EXPECT_EQ(try_connect(fd, to), 0);
  EXPECT_EQ(send(fd, "two", 3, 0), 3);
  EXPECT_EQ(recv(fd, got, sizeof got, 0), 3);
  close(fd);
}

// A socket of the program is nearer than one of the host's.
static void inside(void) {
  int listener = MUST(socket(AF_INET, SOCK_STREAM, 0));
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(40124)};
  MUST(bind(listener, (struct sockaddr *)&a, sizeof a));
  MUST(listen(listener, 1));
  int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(try_connect(fd, numeric("127.0.0.1", 40124)), 0);
  int accepted = MUST(accept(listener, NULL, NULL));
  EXPECT_EQ(write(accepted, "x", 1), 1);
  EXPECT_EQ(read_byte(fd), 1);
  close(fd);
  close(accepted);
  close(listener);
}

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  echoes();
  without_blocking();
  ends();
  datagrams();
  inside();
  return status_of_test();
}
