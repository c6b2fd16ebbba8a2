// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// tcp(7), TCP_INFO: the state of a connection, from before it is made until it is reset; a short buffer
// takes a part; it is of TCP alone, and cannot be set.
//
// gaps: 27
// needs: wait net
#include "net.h"

static void show_state(const char *what, int fd) {
  struct tcp_info info;
  socklen_t len = sizeof info;
  memset(&info, 0xff, sizeof info);
  MUST(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len));
  printf("%s: state %d\n", what, info.tcpi_state);
}

int main(void) {
  int fresh = MUST(socket(AF_INET, SOCK_STREAM, 0)), udp = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  int listener = tcp_listener(AF_INET), client, server;
  char state = 99;
  socklen_t len = 1;
  show_state("fresh", fresh);
  show_state("listener", listener);
  SHOW(getsockopt(listener, IPPROTO_TCP, TCP_INFO, &state, &len));
  printf("length %d, state %d\n", (int)len, state);
  SHOW(setsockopt(fresh, IPPROTO_TCP, TCP_INFO, &(int){1}, sizeof(int)));
  SHOW(getsockopt(udp, IPPROTO_TCP, TCP_INFO, &state, &len));
  tcp_pair(AF_INET, &client, &server);
  show_state("client", client);
  show_state("server", server);
  MUST(shutdown(client, SHUT_WR));
  await(server, POLLRDHUP);
  show_state("whose peer has ended", server);
  MUST(setsockopt(server, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger)));
  MUST(close(server));
  return 0;
}
