// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Much, both ways at once, without blocking: no byte is lost, doubled or in the wrong place.

#include "peer.h"

enum { BYTES = 8 << 20 };

static void both_ways(int fd) {
  static unsigned char bytes[50000];
  struct stream sent = {0}, received = {0};
  bool ended = false;
  set_nonblocking(fd, 1);
  while (!ended || sent.position < BYTES) {
    int ready = await(fd, (ended ? 0 : POLLIN) | (sent.position < BYTES ? POLLOUT : 0));
    if (ready & POLLOUT) {
      size_t len = sizeof bytes;
      if (len > BYTES - sent.position) len = (size_t)(BYTES - sent.position);
      fill(&sent, bytes, len);
      ssize_t n = send(fd, bytes, len, 0);
      if (n > 0) add_to_sum(&sent, bytes, (size_t)n);
      if (sent.position == BYTES) MUST(shutdown(fd, SHUT_WR));
    }
    if (!ended && (ready & POLLIN)) {
      ssize_t n = recv(fd, bytes, sizeof bytes, 0);
      if (n > 0) add_to_sum(&received, bytes, (size_t)n);
      ended = n == 0;
    }
  }
  show_stream("sent", &sent);
  show_stream("received", &received);
  close(fd);
}

static void serve(int listener) {
  both_ways(next_connection(listener));
}

static void peer(int port) {
  both_ways(dial(port));
}
