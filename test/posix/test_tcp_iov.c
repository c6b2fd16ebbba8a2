// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// sendmsg(2), recvmsg(2), writev(2), readv(2) on a stream: buffers are gathered and scattered.
// gaps: 28
// needs: net wait

#include "net.h"
#include <sys/uio.h>

int main(void) {
  char a[4] = "", b[8] = "";
  int client, server;
  tcp_pair(AF_INET, &client, &server);
  struct iovec out[3] = {{"one", 3}, {"", 0}, {"three", 5}};
  struct msghdr m = {.msg_iov = out, .msg_iovlen = 3};
  SHOW(sendmsg(client, &m, 0));
  await(server, POLLIN);
  struct iovec in[2] = {{a, 4}, {b, 8}};
  m = (struct msghdr){.msg_iov = in, .msg_iovlen = 2};
  SHOW(recvmsg(server, &m, 0));
  printf("%.4s %.4s, flags %d, name length %d\n", a, b, m.msg_flags, (int)m.msg_namelen);
  SHOW(writev(client, out, 3));
  await(server, POLLIN);
  SHOW(readv(server, in, 2));
  SHOW(recvmsg(server, NULL, 0));
  m.msg_iovlen = 2000;
  SHOW(recvmsg(server, &m, 0));
  return 0;
}
