// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The load on a server of streams, always native: it sends as much as the server takes, or takes as
// much as the server sends.
//
//   load_stream push|pull PORT CLIENTS WARMUP_MS MEASURE_MS
//
// Prints {"per_second": N}: bytes per second of all connections, after the warm-up. Fails if a
// connection ends.

#include "bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 1 << 18, MAX_CLIENTS = 64 };

static struct pollfd fds[MAX_CLIENTS];
static int count;
static bool push;
static char chunk[CHUNK];

static void dial(int port) {
  struct sockaddr_in server = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                               .sin_port = htons((uint16_t)port)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  BENCH_CHECK(fd >= 0);
  BENCH_CHECK(connect(fd, (struct sockaddr *)&server, sizeof server) == 0);
  fds[count++] = (struct pollfd){.fd = fd, .events = push ? POLLOUT : POLLIN};
}

static size_t move(int fd) {
  ssize_t n = push ? send(fd, chunk, CHUNK, MSG_DONTWAIT | MSG_NOSIGNAL)
                   : recv(fd, chunk, CHUNK, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return 0;
  BENCH_CHECK(n > 0 && "the server ended a connection");
  return (size_t)n;
}

static double run_for(double seconds) {
  double begin = bench_now(), now, bytes = 0;
  do {
    BENCH_CHECK(poll(fds, (nfds_t)count, 1000) >= 0);
    for (int i = 0; i < count; i++) {
      if (fds[i].revents) bytes += (double)move(fds[i].fd);
    }
    now = bench_now();
  } while (now - begin < seconds);
  return bytes / (now - begin);
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: load_stream push|pull PORT CLIENTS WARMUP_MS MEASURE_MS\n");
    return 2;
  }
  push = strcmp(argv[1], "push") == 0;
  BENCH_CHECK(atoi(argv[3]) <= MAX_CLIENTS);
  for (int i = 0; i < atoi(argv[3]); i++) dial(atoi(argv[2]));
  run_for(atof(argv[4]) / 1000);
  printf("{\"per_second\": %.6g}\n", run_for(atof(argv[5]) / 1000));
  return 0;
}
