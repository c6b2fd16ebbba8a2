// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A server that does not answer a connect, for its queue is full: SO_SNDTIMEO ends the wait, the socket
// goes on connecting, others are served meanwhile, and it can be given up. TCP_USER_TIMEOUT ends it for
// good.

#include "peer.h"
#include <netinet/tcp.h>
#include <sys/time.h>

static int socket_with_limit(int type) {
  int fd = MUST(socket(AF_INET, SOCK_STREAM | type, 0)), limit = 300;
  MUST(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit));
  return fd;
}

static void time_out(union address *to) {
  int fd = socket_with_limit(0);
  SHOW(connect(fd, &to->any, address_size(AF_INET)));
  SHOW_SOCKET_ERROR(fd);
  SHOW(close(fd));
  fd = socket_with_limit(SOCK_NONBLOCK);
  SHOW(connect(fd, &to->any, address_size(AF_INET)));
  SHOW_AS("poll", poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, 20000));
  POLL(fd, POLLIN | POLLOUT | POLLRDHUP, 0);
  SHOW_SOCKET_ERROR(fd);
  SHOW_SOCKET_ERROR(fd);
  SHOW(close(fd));
}

static void serve(int listener) {
  int control = next_connection(listener);
  unsigned short port;
  char byte;
  MUST(recv(control, &port, sizeof port, MSG_WAITALL));
  union address to = loopback(AF_INET, port);
  int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  struct timeval limit = {0, 200000};
  MUST(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit));
  SHOW(connect(fd, &to.any, address_size(AF_INET)));
  SHOW(connect(fd, &to.any, address_size(AF_INET)));
  set_nonblocking(fd, 1);
  SHOW(connect(fd, &to.any, address_size(AF_INET)));
  POLL(fd, POLLIN | POLLOUT, 0);
  SHOW_SOCKET_ERROR(fd);
  SHOW(send(fd, "x", 1, MSG_DONTWAIT));
  SHOW(recv(fd, &byte, 1, MSG_DONTWAIT));
  MUST(send(control, "?", 1, 0));
  SHOW(recv(control, &byte, 1, MSG_WAITALL));
  SHOW(close(fd));
  time_out(&to);
  SHOW(close(control));
}

static void peer(int port) {
  int listener = bound_socket(AF_INET, SOCK_STREAM), control = dial(port);
  MUST(listen(listener, 0));
  union address own = own_address(listener);
  unsigned short number = (unsigned short)port_of(&own);
  int first = tcp_client(&own), second = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  SHOW(connect(second, &own.any, address_size(AF_INET)));
  POLL(second, POLLOUT, 100); // the queue is full
  MUST(send(control, &number, sizeof number, 0));
  char byte;
  SHOW(recv(control, &byte, 1, MSG_WAITALL));
  SHOW(send(control, "!", 1, 0));
  SHOW(recv(control, &byte, 1, MSG_WAITALL));
  close(first);
  close(second);
}
