// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Reads and writes of AF_UNIX sockets wait for bytes and for room; time-outs end the wait.
//
// gaps: unix blocking
// needs: wait
#include "unix.h"

static char b[1 << 16];

struct act {
  int fd;
  const char *name;
};

static void do_send(void *arg) {
  MUST(send(((struct act *)arg)->fd, "data", 4, 0));
}

static void do_receive(void *arg) {
  static char sink[1 << 16];
  int fd = ((struct act *)arg)->fd;
  while (recv(fd, sink, sizeof sink, MSG_DONTWAIT) > 0) {
  }
}

static void bytes(void) {
  int sv[2];
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
  struct act act = {sv[1], NULL};
  when_blocked(do_send, &act);
  SHOW(read(sv[0], b, 10));
  when_blocked(do_send, &act);
  SHOW(recv(sv[0], b, 10, 0));
  MUST(fcntl(sv[0], F_SETFL, O_NONBLOCK));
  while (send(sv[0], b, 1000, 0) > 0) {
  }
  MUST(fcntl(sv[0], F_SETFL, 0));
  when_blocked(do_receive, &act);
  SHOW(write(sv[0], b, 1000));
  do_receive(&act);
  when_blocked(do_receive, &act);
  SHOW(send(sv[0], b, 1000, 0) + send(sv[0], b, sizeof b, 0) + send(sv[0], b, sizeof b, 0) +
       send(sv[0], b, sizeof b, 0) + send(sv[0], b, sizeof b, 0));
}

static void timeouts(void) {
  int sv[2];
  struct timeval tv = {0, 20000};
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
  MUST(setsockopt(sv[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
  MUST(setsockopt(sv[0], SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv));
  SHOW(recv(sv[0], b, 1, 0));
  SHOW(read(sv[0], b, 1));
  CHECK(send(sv[0], b, sizeof b, 0) == (ssize_t)sizeof b);
  CHECK(send(sv[0], b, sizeof b, 0) == (ssize_t)sizeof b);
  CHECK(send(sv[0], b, sizeof b, 0) == (ssize_t)sizeof b);
  ssize_t n = send(sv[0], b, sizeof b, 0);
  CHECK(n > 0 && n < (ssize_t)sizeof b);
  SHOW(send(sv[0], b, 1, 0));
  MUST(send(sv[1], "part", 4, 0));
  SHOW(recv(sv[0], b, 8, MSG_WAITALL));
}

int main(void) {
  bytes();
  timeouts();
  return 0;
}
