// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What a new AF_UNIX socket answers before it is bound or connected.
//
// gaps: unix
#include "unix.h"

static void fresh(int type) {
  char b[8];
  struct sockaddr_un a;
  socklen_t len = sizeof a;
  printf("-- %s\n", type_name(type));
  int fd = MUST(socket(AF_UNIX, type | SOCK_NONBLOCK, 0));
  POLL(fd, ALL_EVENTS, 0);
  SHOW(read(fd, b, 1));
  SHOW(recv(fd, b, 1, 0));
  SHOW(recv(fd, b, 1, MSG_OOB));
  SHOW(write(fd, "x", 1));
  SHOW(send(fd, "x", 1, 0));
  SHOW(accept(fd, NULL, NULL));
  SHOW(listen(fd, 1));
  SHOW(getpeername(fd, (struct sockaddr *)&a, &len));
  SHOW(getsockname(fd, (struct sockaddr *)&a, &len));
  CHECK(len == offsetof(struct sockaddr_un, sun_path));
  CHECK(a.sun_family == AF_UNIX);
  SHOW(send_to(fd, "x", own_name("nobody")));
  SHOW(connect_to(fd, own_name("nobody")));
  SHOW(queued(fd, FIONREAD));
  SHOW(queued(fd, SIOCOUTQ));
  SHOW(shutdown(fd, SHUT_WR));
  POLL(fd, ALL_EVENTS, 0);
  SHOW(shutdown(fd, SHUT_RD));
  POLL(fd, ALL_EVENTS, 0);
  SHOW(recv(fd, b, 1, 0));
  close(fd);
}

int main(void) {
  SHOW(socket(AF_UNIX, 0, 0));
  SHOW(socket(AF_UNIX, SOCK_RDM, 0));
  SHOW(socket(AF_UNIX, SOCK_STREAM, 2));
  for (int i = 0; i < 3; i++) {
    fresh(unix_types[i]);
  }
  return 0;
}
