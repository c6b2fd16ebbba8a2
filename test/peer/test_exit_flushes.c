// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What send accepted arrives even if the program ends at once, without a close.

#include "peer.h"

static void serve(int listener) {
  int fd = next_connection(listener);
  struct stream sent = {0};
  send_stream(fd, &sent, 4 << 20);
  show_stream("sent", &sent);
}

static void peer(int port) {
  struct stream received = receive_stream(dial(port));
  show_stream("received", &received);
}
