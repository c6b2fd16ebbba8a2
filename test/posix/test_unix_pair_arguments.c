// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Which pairs there are, and with what errors others are refused (socketpair(2), unix_create()).
//
// gaps: unix
#include "unix.h"
#include <netinet/in.h>

static void show_flags(const char *what, int fd) {
  printf("%s: O_NONBLOCK %d, FD_CLOEXEC %d, O_RDWR %d\n", what, !!(fcntl(fd, F_GETFL) & O_NONBLOCK),
         fcntl(fd, F_GETFD) & FD_CLOEXEC, (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR);
}

int main(void) {
  int sv[2];
  SHOW(socketpair(AF_INET, SOCK_STREAM, 0, sv));
  SHOW(socketpair(AF_INET, SOCK_STREAM, IPPROTO_UDP, sv));
  SHOW(socketpair(AF_INET, 0, 0, sv));
  SHOW(socketpair(AF_UNIX, 0, 0, sv));
  SHOW(socketpair(AF_UNIX, SOCK_RDM, 0, sv));
  SHOW(socketpair(AF_UNIX, SOCK_STREAM, 5, sv));
  SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, NULL));
  SHOW(socketpair(1000, SOCK_STREAM, 0, sv));
  SHOW(socketpair(AF_UNIX, SOCK_STREAM, PF_UNIX, sv));
  close(sv[0]);
  close(sv[1]);
  SHOW(socketpair(AF_UNIX, SOCK_RAW, 0, sv));
  int type = 0;
  socklen_t len = sizeof type;
  SHOW(getsockopt(sv[0], SOL_SOCKET, SO_TYPE, &type, &len));
  CHECK(type == SOCK_DGRAM);
  close(sv[0]);
  close(sv[1]);
  SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
  show_flags("plain", sv[0]);
  struct stat st;
  SHOW(fstat(sv[0], &st));
  CHECK(S_ISSOCK(st.st_mode));
  SHOW(lseek(sv[0], 0, SEEK_CUR));
  close(sv[0]);
  close(sv[1]);
  SHOW(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sv));
  show_flags("first", sv[0]);
  show_flags("second", sv[1]);
  return 0;
}
