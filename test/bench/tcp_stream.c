// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A server of streams, one thread, one poll(): as a sink it reads whatever has come, as a source it
// sends as much as a peer takes before it goes on to the next, as tcp_stream.js does. Prints
// {"port": N} once it listens, and serves until it is killed.
//
//   tcp_stream sink|source

#include "bench.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_CONNECTIONS = 64, BUFFER = 65536 };

static struct pollfd set[1 + MAX_CONNECTIONS]; // the listener is the first
static nfds_t count;
static char buffer[BUFFER];

static int listen_on_loopback(void) {
  struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof addr;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  BENCH_CHECK(fd >= 0);
  BENCH_CHECK(bind(fd, (struct sockaddr *)&addr, sizeof addr) == 0);
  BENCH_CHECK(listen(fd, MAX_CONNECTIONS) == 0);
  BENCH_CHECK(getsockname(fd, (struct sockaddr *)&addr, &len) == 0);
  printf("{\"port\": %d}\n", ntohs(addr.sin_port));
  fflush(stdout);
  return fd;
}

int main(int argc, char **argv) {
  bool sink = argc < 2 || strcmp(argv[1], "sink") == 0;
  set[count++] = (struct pollfd){.fd = listen_on_loopback(), .events = POLLIN};
  for (;;) {
    BENCH_CHECK(poll(set, count, -1) >= 0);
    for (nfds_t i = 1; i < count; i++) {
      if (set[i].revents & POLLIN) {
        while (recv(set[i].fd, buffer, BUFFER, 0) > 0) continue;
      }
      if (set[i].revents & POLLOUT) {
        while (send(set[i].fd, buffer, BUFFER, 0) > 0) continue;
      }
    }
    if ((set[0].revents & POLLIN) && count <= MAX_CONNECTIONS) {
      int fd = accept(set[0].fd, NULL, NULL);
      BENCH_CHECK(fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
      set[count++] = (struct pollfd){.fd = fd, .events = sink ? POLLIN : POLLOUT};
    }
  }
}
