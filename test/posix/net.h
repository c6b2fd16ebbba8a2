// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Sockets of the loopback interface for the differential tests. Nothing here takes loopback to be
// instantaneous: every step that another end has to take is waited for with poll.

#ifndef EMWAKE_TEST_NET_H
#define EMWAKE_TEST_NET_H

#include "transcript.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  struct sockaddr_storage storage;
};

static UNUSED socklen_t address_size(int family) {
  return family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

// 127.0.0.1 or ::1 with a port in host order.
static UNUSED union address loopback(int family, int port) {
  union address a;
  memset(&a, 0, sizeof a);
  a.any.sa_family = (sa_family_t)family;
  if (family == AF_INET6) {
    a.v6.sin6_port = htons((unsigned short)port);
    a.v6.sin6_addr = in6addr_loopback;
  } else {
    a.v4.sin_port = htons((unsigned short)port);
    a.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  return a;
}

static UNUSED int port_of(const union address *a) {
  return ntohs(a->any.sa_family == AF_INET6 ? a->v6.sin6_port : a->v4.sin_port);
}

// The address that fd is bound to.
static UNUSED union address own_address(int fd) {
  union address a;
  socklen_t len = sizeof a;
  MUST(getsockname(fd, &a.any, &len));
  return a;
}

// Prints an address without its port, which the kernel chooses.
static UNUSED void show_address(const char *what, const union address *a) {
  char text[INET6_ADDRSTRLEN] = "";
  if (a->any.sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &a->v6.sin6_addr, text, sizeof text);
  } else if (a->any.sa_family == AF_INET) {
    inet_ntop(AF_INET, &a->v4.sin_addr, text, sizeof text);
  }
  printf("%s: family %s, address %s, port %s\n", what,
         a->any.sa_family == AF_INET    ? "AF_INET"
         : a->any.sa_family == AF_INET6 ? "AF_INET6"
                                        : "?",
         text, port_of(a) ? "set" : "0");
}

// A socket of the type bound to a free port of loopback.
static UNUSED int bound_socket(int family, int type) {
  int fd = MUST(socket(family, type, 0));
  union address a = loopback(family, 0);
  MUST(bind(fd, &a.any, address_size(family)));
  return fd;
}

static UNUSED int tcp_listener(int family) {
  int fd = bound_socket(family, SOCK_STREAM);
  MUST(listen(fd, 16));
  return fd;
}

// Waits until one of the events is there; a test whose event never comes ends here.
static UNUSED int await(int fd, int events) {
  struct pollfd p = {fd, (short)events, 0};
  if (MUST(poll(&p, 1, SOON)) != 1) {
    printf("no %s came\n", event_names(events));
    exit(1);
  }
  return p.revents;
}

static UNUSED int socket_error(int fd) {
  int error = -1;
  socklen_t len = sizeof error;
  MUST(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len));
  return error;
}

#define SHOW_SOCKET_ERROR(fd)                                                                      \
  do {                                                                                             \
    int show_error = socket_error(fd);                                                             \
    printf("SO_ERROR of %s: %s\n", #fd, show_error ? errno_name(show_error) : "0");                \
  } while (0)

// A non-blocking socket whose connection to the listener has been made or refused.
static UNUSED int tcp_client(const union address *to) {
  int fd = MUST(socket(to->any.sa_family, SOCK_STREAM, 0));
  set_nonblocking(fd, 1);
  if (connect(fd, &to->any, address_size(to->any.sa_family)) == -1 && errno != EINPROGRESS) {
    printf("connect: %s\n", errno_name(errno));
    exit(1);
  }
  await(fd, POLLOUT);
  return fd;
}

// Two connected, blocking sockets.
static UNUSED void tcp_pair(int family, int *client, int *server) {
  int listener = tcp_listener(family);
  union address to = own_address(listener);
  *client = tcp_client(&to);
  await(listener, POLLIN);
  *server = MUST(accept(listener, NULL, NULL));
  MUST(close(listener));
  set_nonblocking(*client, 0);
  set_nonblocking(*server, 0);
}

// Reads just n bytes, waiting for each part; what it returns is less only at the end of the stream.
static UNUSED ssize_t receive(int fd, char *buf, size_t n) {
  size_t got = 0;
  while (got < n) {
    await(fd, POLLIN);
    ssize_t part = MUST(recv(fd, buf + got, n - got, MSG_DONTWAIT));
    if (part == 0) break;
    got += (size_t)part;
  }
  return (ssize_t)got;
}

#endif
