// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A UDP echo server: poll, then receive and send back until nothing is left. Prints {"port": N}
// once it is bound to a loopback port of the kernel's choice, and serves until it is killed.

#include "bench.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static int bind_to_loopback(void) {
  struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof addr;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  BENCH_CHECK(fd >= 0);
  BENCH_CHECK(bind(fd, (struct sockaddr *)&addr, sizeof addr) == 0);
  BENCH_CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
  BENCH_CHECK(getsockname(fd, (struct sockaddr *)&addr, &len) == 0);
  printf("{\"port\": %d}\n", ntohs(addr.sin_port));
  fflush(stdout);
  return fd;
}

static void echo_all(int fd) {
  char buffer[2048];
  for (;;) {
    struct sockaddr_in peer;
    socklen_t len = sizeof peer;
    ssize_t n = recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr *)&peer, &len);
    if (n < 0) {
      BENCH_CHECK(errno == EAGAIN);
      return;
    }
    // A full send queue drops the datagram, as a network may; the client asks again.
    ssize_t sent = sendto(fd, buffer, (size_t)n, 0, (struct sockaddr *)&peer, len);
    BENCH_CHECK(sent == n || errno == EAGAIN);
  }
}

int main(void) {
  struct pollfd set = {.fd = bind_to_loopback(), .events = POLLIN};
  for (;;) {
    BENCH_CHECK(poll(&set, 1, -1) == 1);
    echo_all(set.fd);
  }
}
