// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// udp(7): readv and recvmsg take one datagram, however many buffers there are; writev and sendmsg
// make one.
// gaps: 28
// needs: net wait

#include "net.h"
#include <sys/uio.h>

int main(void) {
  char x[4] = "", y[4] = "", z[4] = "";
  int a = bound_socket(AF_INET, SOCK_DGRAM), b = bound_socket(AF_INET, SOCK_DGRAM);
  union address to_b = own_address(b);
  struct iovec out[3] = {{"one", 3}, {"", 0}, {"two", 3}}, in[3] = {{x, 4}, {y, 4}, {z, 4}};
  struct msghdr m = {
    .msg_name = &to_b, .msg_namelen = sizeof to_b.v4, .msg_iov = out, .msg_iovlen = 3};
  SHOW(sendmsg(a, &m, 0));
  SHOW(sendmsg(a, &m, 0));
  await(b, POLLIN);
  SHOW(readv(b, in, 3));
  printf("%.4s %.2s\n", x, y);
  await(b, POLLIN);
  SHOW(readv(b, in, 3));
  SHOW(recv(b, x, 4, MSG_DONTWAIT));

  MUST(connect(a, &to_b.any, sizeof to_b.v4));
  SHOW(writev(a, out, 3));
  SHOW(writev(a, out, 1));
  await(b, POLLIN);
  m = (struct msghdr){.msg_iov = in, .msg_iovlen = 3};
  SHOW(recvmsg(b, &m, 0));
  await(b, POLLIN);
  SHOW(recvmsg(b, &m, 0));
  SHOW(recv(b, x, 4, MSG_DONTWAIT));
  return 0;
}
