// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// MSG_PEEK on a stream shows the descriptors of a later message too, if none come with those before:
// unix_stream_read_generic() goes on to the next message although the buffer is full.

#include "unix.h"

static void peek(int fd, size_t room) {
  int passed;
  if (show_received_fds("peek", fd, room, &passed, 1, MSG_PEEK) == 1) SHOW(close(passed));
}

int main(void) {
  int p[2];
  SHOW(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, p));
  SHOW(write(p[1], "a", 1));
  SHOW(write(p[1], "b", 1));
  SHOW(send_fds(p[1], "c", 1, p, 1, 0));
  peek(p[0], 1);
  peek(p[0], 2);
  peek(p[0], 8);
  return 0;
}
