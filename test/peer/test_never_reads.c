// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A peer that does not read: a server that does not block is told EAGAIN after a bounded amount,
// POLLOUT goes away, others are served meanwhile, and when the peer reads, POLLOUT comes back and
// every byte arrives. And the other way round: what the server does not read holds the peer up.

#include "peer.h"

// More than the buffers of both ends, and of the host between them, ever hold.
#define BOUND (64 << 20)

static void send_until_full(int fd, struct stream *s) {
  unsigned char bytes[10000];
  ssize_t n = 0;
  while (n >= 0 && s->position < BOUND) {
    fill(s, bytes, sizeof bytes);
    n = send(fd, bytes, sizeof bytes, 0);
    if (n > 0) add_to_sum(s, bytes, (size_t)n);
  }
  printf("send: %s\n", n < 0 ? errno_name(errno) : "never full");
}

// Buffers between the two may take more for a while, until they are full as well.
static void fill_up(int fd, struct stream *s) {
  struct pollfd p = {.fd = fd, .events = POLLOUT};
  do {
    send_until_full(fd, s);
  } while (poll(&p, 1, 200) == 1);
}

static void serve_somebody_else(int listener) {
  int other = next_connection(listener);
  char byte;
  SHOW(recv(other, &byte, 1, MSG_WAITALL));
  SHOW(send(other, &byte, 1, 0));
  SHOW(recv(other, &byte, 1, MSG_WAITALL));
  close(other);
}

static void serve(int listener) {
  int fd = next_connection(listener);
  struct stream sent = {0};
  set_nonblocking(fd, 1);
  // How often it is full depends on the buffers.
  fflush(stdout);
  int out = MUST(dup(1));
  MUST(dup2(MUST(open("/dev/null", O_WRONLY)), 1));
  fill_up(fd, &sent);
  fflush(stdout);
  MUST(dup2(out, 1));
  printf("full\n");
  POLL(fd, POLLOUT, 0);
  serve_somebody_else(listener);
  printf("poll: %s\n", event_names(await(fd, POLLOUT)));
  set_nonblocking(fd, 0);
  send_stream(fd, &sent, 1000);
  MUST(send(fd, &sent, sizeof sent, 0));
  close(fd);
}

static void peer(int port) {
  static unsigned char bytes[1 << 16];
  int fd = dial(port), other = dial(port);
  char byte = 'x';
  MUST(send(other, &byte, 1, 0));
  MUST(recv(other, &byte, 1, MSG_WAITALL));
  // Now the server has filled everything.
  struct stream received = {0}, sent;
  size_t kept = 0;
  ssize_t n = MUST(recv(fd, bytes, 1, 0));
  add_to_sum(&received, bytes, (size_t)n);
  MUST(send(other, &byte, 1, 0));
  // The last bytes are what the server says that it has sent.
  while ((n = MUST(recv(fd, bytes + kept, sizeof bytes - kept, 0))) > 0) {
    kept += (size_t)n;
    if (kept > sizeof sent) {
      add_to_sum(&received, bytes, kept - sizeof sent);
      memmove(bytes, bytes + kept - sizeof sent, sizeof sent);
      kept = sizeof sent;
    }
  }
  memcpy(&sent, bytes, sizeof sent);
  CHECK(kept == sizeof sent);
  CHECK(received.position == sent.position);
  CHECK(received.sum == sent.sum);
  CHECK(received.position < BOUND);
}
