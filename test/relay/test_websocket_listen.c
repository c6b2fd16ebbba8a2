// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A listener takes WebSockets from the host where Module.websocket says so, and connections of the
// program's own as well.
// needs: wait net
// net: websocket
// flags: --pre-js {dir}/websocket_listen.js

#include "relay.h"

static int listen_somewhere(int *port) {
  struct sockaddr_in a = {.sin_family = AF_INET};
  for (*port = 42000; *port < 42100; ++*port) {
    int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    a.sin_port = htons((unsigned short)*port);
    MUST(bind(fd, (struct sockaddr *)&a, sizeof a));
    MUST(listen(fd, 4));
    // That the port is taken on the host is heard of later.
    if (!(poll_one(fd, POLLIN, 200) & POLLERR)) {
      return fd;
    }
    close(fd);
  }
  exit(1);
}

static void from_outside(int listener, int port) {
  struct sockaddr_in peer;
  socklen_t len = sizeof peer;
  char got[6] = "", command[32];
  snprintf(command, sizeof command, "dial %d", port);
  tell_driver(command);
  int fd = MUST(accept(listener, (struct sockaddr *)&peer, &len));
  EXPECT_EQ(ntohl(peer.sin_addr.s_addr), INADDR_LOOPBACK);
  EXPECT_EQ(read_all(fd, got, 5), 5);
  EXPECT(!strcmp(got, "hello"));
  EXPECT_EQ(poll_one(fd, POLLIN, 0), 0);
  EXPECT_EQ(write(fd, "bye", 3), 3);
  EXPECT_EQ(read(fd, got, 5), 0);
  close(fd);
}

static void from_inside(int listener, int port) {
  int in = MUST(socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(try_connect(in, numeric("127.0.0.1", port)), 0);
  int fd = MUST(accept(listener, NULL, NULL));
  write_byte(in);
  EXPECT_EQ(read_byte(fd), 1);
  close(in);
  close(fd);
}

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  int port, listener = listen_somewhere(&port);
  from_outside(listener, port);
  from_inside(listener, port);
  from_outside(listener, port);
  int flags = fcntl(listener, F_GETFL);
  EXPECT_EQ(fcntl(listener, F_SETFL, flags | O_NONBLOCK), 0);
  EXPECT_EQ(accept(listener, NULL, NULL), -1);
  EXPECT_EQ(errno, EAGAIN);
  close(listener);
  return status_of_test();
}
