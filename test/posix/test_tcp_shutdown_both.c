// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// shutdown(2) of both halves: data that still comes is answered by a reset (tcp_rcv_state_process()), which
// the sender, who has received the end, learns as EPIPE. After the peer's close there is no connection.
//
// modes: loopback
// needs: net wait

#include "net.h"

static void data_after_both(void) {
  int a, b;
  tcp_pair(AF_INET, &a, &b);
  SHOW(shutdown(b, SHUT_RDWR));
  POLL(b, POLLIN | POLLOUT | POLLRDHUP, 0);
  SHOW(send(a, "x", 1, MSG_NOSIGNAL));
  POLL(a, POLLIN | POLLOUT | POLLRDHUP, 0);
  POLL(b, POLLIN | POLLOUT | POLLRDHUP, 0);
  SHOW(send(a, "x", 1, MSG_NOSIGNAL));
  SHOW_SOCKET_ERROR(a);
  SHOW_SOCKET_ERROR(b);
  SHOW(shutdown(b, SHUT_RDWR));
  close(a);
  close(b);
}

static void data_after_each(void) {
  int a, b;
  char c;
  tcp_pair(AF_INET, &a, &b);
  SHOW(shutdown(b, SHUT_RD));
  SHOW(send(a, "x", 1, MSG_NOSIGNAL));
  POLL(b, POLLIN | POLLOUT | POLLRDHUP, 0);
  SHOW(shutdown(b, SHUT_WR));
  SHOW(send(a, "y", 1, MSG_NOSIGNAL));
  SHOW(recv(b, &c, 1, MSG_DONTWAIT));
  SHOW(recv(b, &c, 1, MSG_DONTWAIT));
  SHOW(recv(b, &c, 1, MSG_DONTWAIT));
  close(a);
  close(b);
}

static void after_close(void) {
  int a, b;
  tcp_pair(AF_INET, &a, &b);
  close(b);
  POLL(a, POLLIN | POLLOUT | POLLRDHUP, 0);
  SHOW(shutdown(a, SHUT_RDWR));
  POLL(a, POLLIN | POLLOUT | POLLRDHUP, 0);
  SHOW(shutdown(a, SHUT_RDWR));
  SHOW_SOCKET_ERROR(a);
  close(a);
}

int main(void) {
  data_after_both();
  data_after_each();
  after_close();
  return 0;
}
