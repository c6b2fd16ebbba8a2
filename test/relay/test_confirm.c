// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A connect that waits for the relay to say something has the error that is otherwise the first read's;
// what the peer sends is a sign that it is connected.
// needs: wait net
// flags: --pre-js {dir}/options.js --pre-js {dir}/confirm.js

#include "relay.h"

static int fate_of_connect(const char *name, const char *server) {
  int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  int err = try_connect(fd, named(name, port_of(server)));
  close(fd);
  return err;
}

static void without_blocking(void) {
  int fd = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)), error = 0;
  socklen_t len = sizeof error;
  EXPECT_EQ(try_connect(fd, named("server.test", port_of("closed"))), EINPROGRESS);
  EXPECT(poll_one(fd, POLLOUT, -1) & POLLERR);
  EXPECT_EQ(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len), 0);
  EXPECT_EQ(error, ECONNREFUSED);
  close(fd);
}

int main(int argc, char **argv) {
  relay_begin(argc, argv);
  char got[8];
  EXPECT_EQ(fate_of_connect("server.test", "closed"), ECONNREFUSED);
  EXPECT_EQ(fate_of_connect("blocked.test", "echo"), EACCES);
  without_blocking();
  int fd = connect_to("hello");
  EXPECT_EQ(read_all(fd, got, sizeof got), 6);
  close(fd);
  return status_of_test();
}
