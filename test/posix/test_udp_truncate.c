// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// recv(2) of a datagram: what does not fit is lost and the next read gets the next one; MSG_TRUNC
// gives the full length, MSG_PEEK leaves it, recvmsg says MSG_TRUNC; FIONREAD is the next's length.
// gaps: 27 28
// needs: net wait

#include "net.h"
#include <sys/ioctl.h>
#include <sys/uio.h>

int main(void) {
  char buf[16] = "", rest[4] = "";
  int unread = -1;
  int a = bound_socket(AF_INET, SOCK_DGRAM), b = bound_socket(AF_INET, SOCK_DGRAM);
  union address to_b = own_address(b);
  MUST(connect(a, &to_b.any, sizeof to_b.v4));
  MUST(send(a, "0123456789", 10, 0));
  await(b, POLLIN);
  SHOW(ioctl(b, FIONREAD, &unread));
  printf("unread: %d\n", unread);
  SHOW(recv(b, buf, 4, MSG_PEEK));
  SHOW(recv(b, buf, 4, MSG_PEEK | MSG_TRUNC));
  SHOW(recv(b, buf, 4, 0));
  printf("%.4s\n", buf);
  SHOW(recv(b, buf, 4, MSG_DONTWAIT));
  MUST(send(a, "abcdef", 6, 0));
  await(b, POLLIN);
  SHOW(recv(b, buf, 4, MSG_TRUNC));

  struct iovec in[2] = {{buf, 3}, {rest, 2}};
  union address from;
  struct msghdr m = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = in, .msg_iovlen = 2};
  MUST(send(a, "ABCDEFGH", 8, 0));
  await(b, POLLIN);
  SHOW(recvmsg(b, &m, 0));
  printf("%.3s %.2s, MSG_TRUNC %d, name length %d\n", buf, rest, !!(m.msg_flags & MSG_TRUNC),
         (int)m.msg_namelen);
  MUST(send(a, "xyz", 3, 0));
  await(b, POLLIN);
  SHOW(recvmsg(b, &m, MSG_DONTWAIT));
  printf("%.3s, MSG_TRUNC %d\n", buf, !!(m.msg_flags & MSG_TRUNC));
  return 0;
}
