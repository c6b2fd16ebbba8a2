// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A peer that sends one byte at a time, and one that reads so: nothing is lost or doubled.

#include "peer.h"

enum { BYTES = 3000 };

static void serve(int listener) {
  int fd = next_connection(listener);
  struct stream received = receive_stream(fd), sent = {0};
  show_stream("received", &received);
  close(fd);
  fd = next_connection(listener);
  send_stream(fd, &sent, BYTES);
  close(fd);
}

static void peer(int port) {
  int fd = dial(port), one = 1;
  struct stream s = {0};
  MUST(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
  for (int i = 0; i < BYTES; i++) {
    send_stream(fd, &s, 1);
  }
  close(fd);
  fd = dial(port);
  unsigned char byte;
  s = (struct stream){0};
  while (MUST(recv(fd, &byte, 1, 0)) == 1) {
    add_to_sum(&s, &byte, 1);
  }
  show_stream("received", &s);
}
