// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A server without a free descriptor: accept is EMFILE, the connection goes on waiting, and when a
// descriptor is free again it is accepted and served.

#include "peer.h"
#include <sys/resource.h>

static void serve(int listener) {
  static int fds[1 << 17];
  int n = 0;
#if !defined(__EMSCRIPTEN__)
  MUST(setrlimit(RLIMIT_NOFILE, &(struct rlimit){64, 64}));
#endif
  while ((fds[n] = dup(0)) >= 0) n++;
  printf("dup: %s\n", errno_name(errno));
  await(listener, POLLIN);
  SHOW(accept(listener, NULL, NULL));
  SHOW(accept(listener, NULL, NULL));
  printf("poll: %s\n", event_names(await(listener, POLLIN)));
  SHOW(socket(AF_INET, SOCK_STREAM, 0));
  int p[2];
  SHOW(pipe(p));
  close(fds[--n]);
  SHOW(pipe(p));
  int fd = MUST(accept(listener, NULL, NULL));
  char byte;
  SHOW(recv(fd, &byte, 1, MSG_WAITALL));
  SHOW(send(fd, &byte, 1, 0));
  close(fd);
  fd = next_connection(listener);
  SHOW(recv(fd, &byte, 1, MSG_WAITALL));
  SHOW(send(fd, &byte, 1, 0));
  close(fd);
}

static void peer(int port) {
  char byte = 'x';
  for (int i = 0; i < 2; i++) {
    int fd = dial(port);
    MUST(send(fd, &byte, 1, 0));
    SHOW(recv(fd, &byte, 1, MSG_WAITALL));
  }
}
