// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Reads and writes of AF_UNIX packets wait for one and for room.
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

static void bytes(int type) {
  int sv[2];
  printf("-- %s\n", type_name(type));
  MUST(socketpair(AF_UNIX, type, 0, sv));
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
}

int main(void) {
  bytes(SOCK_DGRAM);
  bytes(SOCK_SEQPACKET);
  return 0;
}
