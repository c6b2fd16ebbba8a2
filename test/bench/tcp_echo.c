// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A TCP echo server, one thread, one poll() over all connections: the way most portable servers
// are written. Prints {"port": N} once it listens on a loopback port of the kernel's choice, and
// serves until it is killed.

#include "bench.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_CONNECTIONS = 8192, BUFFER = 1024 };

// Bytes that the peer could not take yet; reading waits until they are out.
struct connection {
  size_t begin, end;
  char buffer[BUFFER];
};

static struct pollfd set[1 + MAX_CONNECTIONS]; // the listener is the first
static struct connection *connections[1 + MAX_CONNECTIONS];
static nfds_t count;

static int listen_on_loopback(void) {
  struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof addr;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  BENCH_CHECK(fd >= 0);
  BENCH_CHECK(bind(fd, (struct sockaddr *)&addr, sizeof addr) == 0);
  BENCH_CHECK(listen(fd, 1024) == 0);
  BENCH_CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
  BENCH_CHECK(getsockname(fd, (struct sockaddr *)&addr, &len) == 0);
  printf("{\"port\": %d}\n", ntohs(addr.sin_port));
  fflush(stdout);
  return fd;
}

static void accept_all(void) {
  int fd, on = 1;
  while (count <= MAX_CONNECTIONS && (fd = accept(set[0].fd, NULL, NULL)) >= 0) {
    BENCH_CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    set[count] = (struct pollfd){.fd = fd, .events = POLLIN};
    connections[count] = calloc(1, sizeof(struct connection));
    BENCH_CHECK(connections[count]);
    count++;
  }
}

// True while the connection lives.
static bool flush_out(nfds_t i) {
  struct connection *c = connections[i];
  while (c->begin < c->end) {
    ssize_t n = send(set[i].fd, c->buffer + c->begin, c->end - c->begin, 0);
    if (n < 0) {
      set[i].events = POLLOUT;
      return errno == EAGAIN;
    }
    c->begin += (size_t)n;
  }
  set[i].events = POLLIN;
  return true;
}

static bool serve(nfds_t i) {
  struct connection *c = connections[i];
  if (set[i].events & POLLOUT) return flush_out(i);
  ssize_t n = recv(set[i].fd, c->buffer, BUFFER, 0);
  if (n <= 0) return n < 0 && errno == EAGAIN;
  c->begin = 0;
  c->end = (size_t)n;
  return flush_out(i);
}

// The last connection takes the place of the one that ended.
static void drop(nfds_t i) {
  close(set[i].fd);
  free(connections[i]);
  count--;
  set[i] = set[count];
  connections[i] = connections[count];
}

int main(void) {
  set[0] = (struct pollfd){.fd = listen_on_loopback(), .events = POLLIN};
  count = 1;
  for (;;) {
    BENCH_CHECK(poll(set, count, -1) > 0);
    for (nfds_t i = count; i-- > 1;) {
      if (set[i].revents && !serve(i)) drop(i);
    }
    if (set[0].revents) accept_all();
  }
}
