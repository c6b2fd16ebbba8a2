// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// AF_UNIX seqpacket: records that keep their boundaries on a connection; addresses are ignored.
//
// gaps: unix
#include "unix.h"

static char b[64];

static void show_receive(int fd, size_t len, int flags) {
  struct iovec iov[2] = {{b, len / 2}, {b + len / 2, len - len / 2}};
  struct msghdr msg = {.msg_iov = iov, .msg_iovlen = 2};
  memset(b, 0, sizeof b);
  ssize_t n = recvmsg(fd, &msg, flags);
  printf("recvmsg: %d '%s' %s%s\n", (int)n, b, msg.msg_flags & MSG_TRUNC ? "MSG_TRUNC " : "",
         msg.msg_flags & MSG_EOR ? "MSG_EOR" : "");
}

int main(void) {
  int sv[2];
  MUST(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, sv));
  SHOW(send(sv[0], "first", 5, 0));
  SHOW(send(sv[0], "second", 6, MSG_EOR));
  SHOW(send(sv[0], "", 0, 0));
  SHOW(send(sv[0], "fourth", 6, 0));
  SHOW_AS("with an address", send_to(sv[0], "fifth", own_name("nobody")));
  SHOW(queued(sv[1], FIONREAD));
  show_receive(sv[1], sizeof b - 1, MSG_PEEK);
  show_receive(sv[1], 3, 0);
  show_receive(sv[1], sizeof b - 1, MSG_WAITALL);
  POLL(sv[1], ALL_EVENTS, 0);
  show_receive(sv[1], sizeof b - 1, 0);
  SHOW(read(sv[1], b, 3));
  SHOW(recv(sv[1], b, 2, MSG_TRUNC));
  SHOW(recv(sv[1], b, 2, 0));
  SHOW(recv(sv[1], b, 2, MSG_OOB));
  struct iovec iov[2] = {{"gather", 6}, {"ed", 2}};
  SHOW(writev(sv[0], iov, 2));
  show_receive(sv[1], sizeof b - 1, 0);
  SHOW(write(sv[0], "", 0));
  POLL(sv[1], ALL_EVENTS, 0);
  close(sv[0]);
  show_receive(sv[1], sizeof b - 1, 0);
  SHOW(recv(sv[1], b, 2, MSG_DONTWAIT));
  return 0;
}
