// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A test of this folder is a program of two roles: the server, which is compiled for the kernel and
// by emcc in every mode, and its peer, which is always native. What both print is compared. A test
// defines serve(listener, port) and peer(port); each runs in a process of its own (drive.py).

#ifndef EMWAKE_TEST_PEER_H
#define EMWAKE_TEST_PEER_H

#include "net.h"
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

// PEER_OWN_MAIN: it has a main of its own.
#ifndef PEER_OWN_MAIN

static void serve(int listener);
static void peer(int port);

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  if (argc > 2 && strcmp(argv[1], "peer") == 0) {
    peer(atoi(argv[2]));
    return 0;
  }
  int listener = bound_socket(AF_INET, SOCK_STREAM);
  MUST(listen(listener, 128));
  union address a = own_address(listener);
  printf("port %d\n", port_of(&a));
  fflush(stdout);
  serve(listener);
  return 0;
}

#endif

// A blocking connection to the server.
static UNUSED int dial(int port) {
  union address to = loopback(AF_INET, port);
  int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  MUST(connect(fd, &to.any, address_size(AF_INET)));
  return fd;
}

static UNUSED int next_connection(int listener) {
  await(listener, POLLIN);
  return MUST(accept(listener, NULL, NULL));
}

// Closes with a reset: what was sent and not received is lost.
static UNUSED void reset_connection(int fd) {
  struct linger l = {.l_onoff = 1};
  MUST(setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof l));
  MUST(close(fd));
}

// A stream of bytes that depend on their position, and a checksum of what has gone by.
struct stream {
  uint64_t position;
  uint32_t sum;
};

static UNUSED void add_to_sum(struct stream *s, const unsigned char *bytes, size_t n) {
  for (size_t i = 0; i < n; i++) {
    s->sum = s->sum * 31 + bytes[i];
  }
  s->position += n;
}

static UNUSED void fill(const struct stream *s, unsigned char *bytes, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint64_t p = s->position + i;
    bytes[i] = (unsigned char)(p * 7 + p / 251);
  }
}

// Sends n bytes of the stream, waiting as it must.
static UNUSED void send_stream(int fd, struct stream *s, uint64_t n) {
  static unsigned char bytes[65536];
  while (n) {
    size_t len = n < sizeof bytes ? (size_t)n : sizeof bytes;
    fill(s, bytes, len);
    ssize_t sent = MUST(send(fd, bytes, len, 0));
    add_to_sum(s, bytes, (size_t)sent);
    n -= (uint64_t)sent;
  }
}

// Receives to the end of the stream.
static UNUSED struct stream receive_stream(int fd) {
  static unsigned char bytes[65536];
  struct stream s = {0};
  ssize_t n;
  while ((n = MUST(recv(fd, bytes, sizeof bytes, 0))) > 0) {
    add_to_sum(&s, bytes, (size_t)n);
  }
  return s;
}

static UNUSED void show_stream(const char *what, const struct stream *s) {
  printf("%s: %llu bytes, checksum %08x\n", what, (unsigned long long)s->position, s->sum);
}

#endif
