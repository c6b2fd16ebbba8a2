// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Peers that are gone before they are accepted: accept gives them all the same, and the server goes
// on. (One that was reset is given too, on Linux.)

#include "peer.h"

enum { GONE = 20 };

static void serve(int listener) {
  int first = next_connection(listener);
  char byte;
  MUST(recv(first, &byte, 1, MSG_WAITALL));
  int closed = 0, reset = 0, served = 0;
  while (!served) {
    int fd = next_connection(listener);
    ssize_t n = recv(fd, &byte, 1, 0);
    closed += n == 0;
    reset += n < 0 && errno == ECONNRESET;
    served += n == 1;
    if (n == 1) MUST(send(fd, &byte, 1, 0));
    close(fd);
  }
  printf("closed %d, reset %d, served %d\n", closed, reset, served);
}

static void peer(int port) {
  int first = dial(port);
  char byte = 'x';
  for (int i = 0; i < GONE; i++) {
    int fd = dial(port);
    close(fd);
  }
  for (int i = 0; i < GONE; i++) {
    reset_connection(dial(port));
  }
  int last = dial(port);
  MUST(send(last, &byte, 1, 0));
  MUST(send(first, &byte, 1, 0));
  SHOW(recv(last, &byte, 1, MSG_WAITALL));
}
