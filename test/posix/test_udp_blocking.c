// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// udp(7): recv and recvfrom wait for a datagram; a send does not wait.
// gaps: blocking
// needs: net wait

#include "net.h"
#include <sys/time.h>

static int a, b;
static union address to_b;

static void send_later(void *text) {
  sendto(a, text, strlen(text), 0, &to_b.any, sizeof to_b.v4);
}

int main(void) {
  char buf[16];
  a = bound_socket(AF_INET, SOCK_DGRAM);
  b = bound_socket(AF_INET, SOCK_DGRAM);
  to_b = own_address(b);
  union address from;
  socklen_t len = sizeof from;
  when_blocked(send_later, "one");
  SHOW(recvfrom(b, buf, sizeof buf, 0, &from.any, &len));
  when_blocked(send_later, "three");
  SHOW(recv(b, buf, sizeof buf, 0));
  when_blocked(send_later, "four");
  SHOW(read(b, buf, sizeof buf));
  printf("%.4s\n", buf);
  SHOW(sendto(b, "hello", 5, 0, &from.any, len));
  SHOW(recv(a, buf, sizeof buf, 0));
  SHOW(setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){0, 40000}, sizeof(struct timeval)));
  SHOW(recv(a, buf, sizeof buf, 0));
  return 0;
}
