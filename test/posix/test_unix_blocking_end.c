// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A call that waits on an AF_UNIX socket is ended by shutdown, and by the end of its peer.
//
// gaps: unix blocking
// needs: wait
#include "unix.h"

static char b[1 << 16];

struct act {
  int fd;
  const char *name;
};

static void do_close(void *arg) {
  close(((struct act *)arg)->fd);
}

static void do_shut(void *arg) {
  MUST(shutdown(((struct act *)arg)->fd, SHUT_RDWR));
}

static void ends(int type) {
  int sv[2];
  MUST(socketpair(AF_UNIX, type, 0, sv));
  struct act act = {sv[1], NULL}, own = {sv[0], NULL};
  when_blocked(do_shut, &own);
  SHOW(recv(sv[0], b, 10, 0));
  if (type == SOCK_DGRAM) return;
  MUST(socketpair(AF_UNIX, type, 0, sv));
  act.fd = sv[1];
  when_blocked(do_close, &act);
  SHOW(recv(sv[0], b, 10, 0));
  MUST(socketpair(AF_UNIX, type, 0, sv));
  act.fd = sv[1];
  MUST(fcntl(sv[0], F_SETFL, O_NONBLOCK));
  while (send(sv[0], b, 1000, 0) > 0) {
  }
  MUST(fcntl(sv[0], F_SETFL, 0));
  when_blocked(do_close, &act);
  SHOW(send(sv[0], b, 1000, MSG_NOSIGNAL));
  SHOW_PENDING_ERROR(sv[0]);
}

int main(void) {
  ends(SOCK_STREAM);
  ends(SOCK_SEQPACKET);
  return 0;
}
