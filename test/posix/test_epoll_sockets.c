// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll(7) on sockets: a listener, both ends of a connection with EPOLLRDHUP, datagrams.
// needs: wait net

#include "epolls.h"
#include "net.h"

static void tcp(int e) {
  char c;
  int listener = tcp_listener(AF_INET);
  union address to = own_address(listener);
  ADD(e, listener, EPOLLIN);
  WAIT(e, 0);
  int client = tcp_client(&to);
  WAIT(e, SOON);
  int server = MUST(accept(listener, NULL, NULL));
  WAIT(e, 0);
  ADD(e, server, EPOLLIN | EPOLLRDHUP);
  ADD(e, client, EPOLLOUT);
  WAIT(e, 0);
  MOD(e, client, EPOLLIN);
  MUST(send(client, "a", 1, 0));
  WAIT(e, SOON);
  WAIT(e, 0);
  MUST(recv(server, &c, 1, 0));
  WAIT(e, 0);
  MUST(send(server, "b", 1, 0));
  WAIT(e, SOON);
  MUST(recv(client, &c, 1, 0));

  MUST(shutdown(client, SHUT_WR));
  WAIT(e, SOON);
  MOD(e, server, EPOLLRDHUP | EPOLLONESHOT);
  WAIT(e, 0);
  WAIT(e, 0);
  MUST(close(server));
  WAIT(e, SOON);
  WAIT(e, 0);
  SHOW(recv(client, &c, 1, 0));
  MUST(close(client));
  WAIT(e, 0);
  MUST(close(listener));
}

static void tcp_edges(int e) {
  char text[8];
  int client, server;
  tcp_pair(AF_INET, &client, &server);
  ADD(e, server, EPOLLIN | EPOLLRDHUP | EPOLLET);
  WAIT(e, 0);
  MUST(send(client, "a", 1, 0));
  WAIT(e, SOON);
  WAIT(e, 0);
  MUST(send(client, "b", 1, 0));
  WAIT(e, SOON);
  WAIT(e, 0);
  MUST(recv(server, text, sizeof text, 0));
  WAIT(e, 0);
  MUST(close(client));
  WAIT(e, SOON);
  WAIT(e, 0);
  MUST(close(server));
}

static void udp(int e) {
  char c;
  int receiver = bound_socket(AF_INET, SOCK_DGRAM), sender = bound_socket(AF_INET, SOCK_DGRAM);
  union address to = own_address(receiver);
  ADD(e, receiver, EPOLLIN);
  ADD(e, sender, EPOLLOUT | EPOLLET);
  WAIT(e, 0);
  MOD(e, sender, EPOLLIN);
  WAIT(e, 0);
  MUST(sendto(sender, "a", 1, 0, &to.any, sizeof to.v4));
  WAIT(e, SOON);
  WAIT(e, 0);
  MUST(recv(receiver, &c, 1, 0));
  WAIT(e, 0);
  MOD(e, receiver, EPOLLIN | EPOLLET);
  MUST(sendto(sender, "b", 1, 0, &to.any, sizeof to.v4));
  WAIT(e, SOON);
  WAIT(e, 0);
  MUST(sendto(sender, "c", 1, 0, &to.any, sizeof to.v4));
  WAIT(e, SOON);
}

int main(void) {
  int e = MUST(epoll_create1(0));
  tcp(e);
  tcp_edges(e);
  udp(e);
  return 0;
}
