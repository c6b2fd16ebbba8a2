// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Flags and sizes of calls on AF_UNIX streams: MSG_PEEK, MSG_WAITALL, MSG_TRUNC, MSG_DONTWAIT,
// SO_RCVLOWAT, scatter and gather, reads across messages.
//
// gaps: unix 27
#include "unix.h"

static char b[64];

static void show(const char *what, ssize_t n) {
  if (n < 0) {
    printf("%s: %s\n", what, errno_name(errno));
  } else {
    printf("%s: %d '%.*s'\n", what, (int)n, (int)n, b);
  }
}

int main(void) {
  int sv[2];
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
  MUST(send(sv[0], "one", 3, 0));
  MUST(send(sv[0], "two", 3, 0));
  MUST(send(sv[0], "three", 5, 0));
  show("peek", recv(sv[1], b, 2, MSG_PEEK));
  show("peek across", recv(sv[1], b, 8, MSG_PEEK));
  show("peek, all", recv(sv[1], b, sizeof b, MSG_PEEK | MSG_WAITALL));
  show("0 bytes", recv(sv[1], b, 0, 0));
  show("truncate", recv(sv[1], b, 1, MSG_TRUNC));
  show("across", recv(sv[1], b, 4, 0));
  SHOW(queued(sv[1], FIONREAD));
  struct iovec out[3] = {{b, 1}, {b + 1, 0}, {b + 1, 20}};
  show("readv", readv(sv[1], out, 3));
  show("dontwait", recv(sv[1], b, 4, MSG_DONTWAIT));
  show("dontwait, 0 bytes", recv(sv[1], b, 0, MSG_DONTWAIT));
  show("read, 0 bytes", read(sv[1], b, 0));
  show("peek, dontwait", recv(sv[1], b, 4, MSG_PEEK | MSG_DONTWAIT));
  struct iovec in[2] = {{"gat", 3}, {"her", 3}};
  SHOW(writev(sv[0], in, 2));
  show("waitall, dontwait", recv(sv[1], b, 10, MSG_WAITALL | MSG_DONTWAIT));
  int low = 5;
  MUST(setsockopt(sv[1], SOL_SOCKET, SO_RCVLOWAT, &low, sizeof low));
  MUST(send(sv[0], "abc", 3, 0));
  POLL(sv[1], POLLIN, 0);
  show("low water, dontwait", recv(sv[1], b, 10, MSG_DONTWAIT));
  show("errqueue", recv(sv[1], b, 4, MSG_ERRQUEUE | MSG_DONTWAIT));
  SHOW(send(sv[0], "x", 1, MSG_EOR | MSG_MORE | MSG_DONTROUTE));
  struct timeval tv = {0, 10000};
  MUST(setsockopt(sv[1], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
  MUST(send(sv[0], "yz", 2, 0));
  struct sockaddr_un a;
  socklen_t len = sizeof a;
  show("recvfrom", recvfrom(sv[1], b, 3, 0, (struct sockaddr *)&a, &len));
  printf("length of the address: %d\n", (int)len);
  SHOW(sendto(sv[0], "x", 1, 0, (struct sockaddr *)&a, 0));
  SHOW_AS("NULL buffer", send(sv[0], NULL, 1, 0));
  SHOW_AS("NULL buffer", recv(sv[1], NULL, 1, 0));
  close(sv[0]);
  show("waitall, end", recv(sv[1], b, 10, MSG_WAITALL));
  return 0;
}
