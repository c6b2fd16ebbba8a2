// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The load on an echo server, always native and the same for every server: a closed loop in which
// each client sends a message of 64 bytes, waits for its echo, checks it, and sends the next.
//
//   load tcp|udp|connect PORT CLIENTS WARMUP_MS MEASURE_MS
//
// With connect, each echo is the last of its connection: the client resets it and makes another.
// Prints {"per_second": N}: round trips per second of all clients, after the warm-up. Fails if an
// echo differs, a TCP connection ends, or a client got no echo at all in the measured time.

#include "bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MESSAGE = 64, MAX_CLIENTS = 8192, RESEND_MS = 200 };

struct client {
  int fd;
  size_t received; // bytes of the echo so far
  uint32_t round;  // stamped into the message, so that a late or mixed-up echo is seen
  long echoes;
  double sent_at;
  char out[MESSAGE], in[MESSAGE];
};

static struct client clients[MAX_CLIENTS];
static int client_count, epoll;
static bool udp, reconnect;
static struct sockaddr_in server;
static uint32_t resent;

static void send_message(struct client *c) {
  ssize_t n = send(c->fd, c->out, MESSAGE, MSG_NOSIGNAL);
  BENCH_CHECK(n == MESSAGE);
}

static void next_message(struct client *c) {
  c->round++;
  memcpy(c->out, &c->round, sizeof c->round);
  c->received = 0;
  c->sent_at = bench_now();
  send_message(c);
}

// Clients come one after the other, each when the one before has been served: a server that accepts
// one connection in a turn of its loop would let a crowd at the door wait for those inside.
static void await_first_echo(struct client *c) {
  struct timeval limit = {.tv_sec = 5};
  BENCH_CHECK(setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
  send_message(c);
  BENCH_CHECK(recv(c->fd, c->in, MESSAGE, MSG_WAITALL) == MESSAGE);
  BENCH_CHECK(memcmp(c->in, c->out, MESSAGE) == 0);
}

static void dial(struct client *c) {
  int on = 1;
  c->fd = socket(AF_INET, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
  BENCH_CHECK(c->fd >= 0);
  BENCH_CHECK(connect(c->fd, (const struct sockaddr *)&server, sizeof server) == 0);
  if (!udp) {
    BENCH_CHECK(setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
  }
}

static void watch(struct client *c) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  BENCH_CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event) == 0);
}

static void connect_client(int i) {
  struct client *c = &clients[i];
  dial(c);
  for (int j = 0; j < MESSAGE; j++) c->out[j] = (char)(i + j * 7);
  await_first_echo(c);
  watch(c);
}

// A reset, so that the port is free at once.
static void connect_again(struct client *c) {
  struct linger at_once = {.l_onoff = 1};
  BENCH_CHECK(setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
  BENCH_CHECK(close(c->fd) == 0);
  dial(c);
  watch(c);
}

static void take_echo(struct client *c) {
  ssize_t n = recv(c->fd, c->in + c->received, MESSAGE - c->received, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) {
    fprintf(stderr, "load: the server ended a connection: %s\n", n ? strerror(errno) : "EOF");
    exit(1);
  }
  c->received += (size_t)n;
  if (c->received < MESSAGE) {
    BENCH_CHECK(!udp && "a datagram came back shorter than it was");
    return;
  }
  if (memcmp(c->in, c->out, MESSAGE) != 0) {
    c->received = 0;
    BENCH_CHECK(udp && resent && "an echo differs from its message"); // may be of a resent one
    return;
  }
  c->echoes++;
  if (reconnect) connect_again(c);
  next_message(c);
}

// A datagram may be lost: its client would wait for ever.
static void resend_lost(void) {
  double now = bench_now();
  for (int i = 0; i < client_count; i++) {
    struct client *c = &clients[i];
    if (now - c->sent_at < RESEND_MS / 1000.0) continue;
    c->sent_at = now;
    resent++;
    send_message(c);
  }
}

static double run_for(double seconds) {
  double begin = bench_now(), now, resend_at = begin + RESEND_MS / 1000.0;
  long before = 0, after = 0;
  for (int i = 0; i < client_count; i++) before += clients[i].echoes;
  do {
    struct epoll_event events[256];
    int n = epoll_wait(epoll, events, 256, 100);
    BENCH_CHECK(n >= 0);
    for (int i = 0; i < n; i++) take_echo(events[i].data.ptr);
    now = bench_now();
    if (udp && now > resend_at) {
      resend_lost();
      resend_at = now + RESEND_MS / 1000.0;
    }
  } while (now - begin < seconds);
  for (int i = 0; i < client_count; i++) after += clients[i].echoes;
  return (double)(after - before) / (now - begin);
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: load tcp|udp|connect PORT CLIENTS WARMUP_MS MEASURE_MS\n");
    return 2;
  }
  udp = strcmp(argv[1], "udp") == 0;
  reconnect = strcmp(argv[1], "connect") == 0;
  server = (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                .sin_port = htons((uint16_t)atoi(argv[2]))};
  client_count = atoi(argv[3]);
  BENCH_CHECK(client_count > 0 && client_count <= MAX_CLIENTS);
  BENCH_CHECK((epoll = epoll_create1(EPOLL_CLOEXEC)) >= 0);
  for (int i = 0; i < client_count; i++) connect_client(i);
  for (int i = 0; i < client_count; i++) next_message(&clients[i]);
  run_for(atof(argv[4]) / 1000);
  static long warm[MAX_CLIENTS];
  for (int i = 0; i < client_count; i++) warm[i] = clients[i].echoes;
  double rate = run_for(atof(argv[5]) / 1000);
  for (int i = 0; i < client_count; i++) {
    if (clients[i].echoes == warm[i]) {
      fprintf(stderr, "load: client %d of %d got no echo\n", i, client_count);
      return 1;
    }
  }
  if (resent) fprintf(stderr, "load: %u datagrams were sent again\n", resent);
  printf("{\"per_second\": %.6g}\n", rate);
  return 0;
}
