// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// shutdown(2) of a datagram socket: without a peer it is ENOTCONN and has its effect all the same; what
// is sent after it is EPIPE, but without SIGPIPE, which is of streams; who would wait is told of the end.
//
// gaps: 30
// needs: wait net
#include "net.h"
#include <signal.h>

static void on_sigpipe(int number) {
  (void)number;
  printf("SIGPIPE\n");
}

int main(void) {
  char buf[4];
  int fd = bound_socket(AF_INET, SOCK_DGRAM), other = bound_socket(AF_INET, SOCK_DGRAM);
  union address to = own_address(fd);
  signal(SIGPIPE, on_sigpipe);
  SHOW(shutdown(fd, 7));
  SHOW(shutdown(fd, SHUT_WR));
  SHOW(sendto(fd, "x", 1, 0, &to.any, sizeof to.v4));
  MUST(connect(other, &to.any, sizeof to.v4));
  SHOW(shutdown(other, SHUT_WR));
  SHOW(write(other, "x", 1));
  SHOW(send(other, "x", 1, 0));
  SHOW(send(other, "x", 1, MSG_NOSIGNAL));
  POLL(other, POLLIN | POLLOUT | POLLRDHUP, 0);
  SHOW(shutdown(other, SHUT_RD));
  SHOW(recv(other, buf, sizeof buf, 0));
  SHOW(read(other, buf, sizeof buf));
  SHOW(recv(other, buf, sizeof buf, MSG_DONTWAIT));
  POLL(other, POLLIN | POLLOUT | POLLRDHUP, 0);
  return 0;
}
