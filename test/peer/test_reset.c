// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Peers that reset: while the server waits to read, before it has read what came, and while it
// writes. Each reset is ECONNRESET once, and the server goes on serving the others.

#include "peer.h"

// Both ends agree on what has happened so far.
static void tell(int fd) {
  MUST(send(fd, "!", 1, 0));
}

static void hear(int fd) {
  char byte;
  MUST(recv(fd, &byte, 1, MSG_WAITALL));
}

static void reset_while_reading(int fd, int control) {
  char buf[8];
  tell(control);
  SHOW(recv(fd, buf, sizeof buf, 0));
  SHOW(recv(fd, buf, sizeof buf, 0));
  SHOW(send(fd, "x", 1, 0));
  close(fd);
}

static void reset_while_polling(int fd, int control) {
  tell(control);
  printf("poll: %s\n", event_names(await(fd, POLLIN | POLLRDHUP)));
  SHOW_SOCKET_ERROR(fd);
  SHOW_SOCKET_ERROR(fd);
  printf("poll: %s\n", event_names(await(fd, POLLIN)));
  close(fd);
}

static void reset_while_writing(int fd, int control) {
  static char buf[1 << 16];
  tell(control);
  ssize_t n;
  do {
    n = send(fd, buf, sizeof buf, 0);
  } while (n > 0);
  printf("send: %s\n", errno_name(errno));
  SHOW(send(fd, "x", 1, 0));
  close(fd);
}

static void serve(int listener) {
  int control = next_connection(listener);
  void (*const cases[])(int, int) = {reset_while_reading, reset_while_polling, reset_while_writing};
  for (int i = 0; i < 3; i++) {
    cases[i](next_connection(listener), control);
  }
  hear(control);
  tell(control);
  close(control);
}

static void peer(int port) {
  int control = dial(port);
  for (int i = 0; i < 3; i++) {
    int fd = dial(port);
    hear(control);
    reset_connection(fd);
  }
  tell(control);
  hear(control);
  printf("still served\n");
}
