// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// unix_dgram_sendmsg(): a message is too long before the socket is shut down, and that before there is
// no receiver. unix_release_sock(): what nobody has read makes the end a reset, but for an empty message at
// the head.

#include "transcript.h"
#include <sys/socket.h>

static char big[1 << 20];

static void send_all(int s) {
  SHOW(send(s, "x", 1, MSG_NOSIGNAL));
  SHOW(send(s, big, sizeof big, MSG_NOSIGNAL));
  shutdown(s, SHUT_WR);
  SHOW(send(s, "x", 1, MSG_NOSIGNAL));
  SHOW(send(s, big, sizeof big, MSG_NOSIGNAL));
}

static void end_with(int type, size_t len, int count) {
  int s[2];
  SHOW(socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, s));
  while (count--) {
    SHOW(send(s[0], big, len, 0));
  }
  close(s[1]);
  POLL(s[0], POLLIN | POLLOUT, 0);
  SHOW(send(s[0], "x", 1, MSG_NOSIGNAL));
  close(s[0]);
}

int main(void) {
  int s[2];
  send_all(MUST(socket(AF_UNIX, SOCK_DGRAM, 0)));
  send_all(MUST(socket(AF_UNIX, SOCK_SEQPACKET, 0)));
  send_all(MUST(socket(AF_UNIX, SOCK_STREAM, 0)));
  MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, s));
  close(s[1]);
  SHOW(send(s[0], "x", 1, MSG_NOSIGNAL));
  send_all(s[0]);
  for (int i = 0; i < 4; i++) {
    end_with(SOCK_SEQPACKET, (size_t)i % 2, 1 + i / 2);
    end_with(SOCK_STREAM, (size_t)i % 2, 1 + i / 2);
    end_with(SOCK_DGRAM, (size_t)i % 2, 1 + i / 2);
  }
  return 0;
}
