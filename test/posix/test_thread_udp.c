// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Datagrams between threads: one waits in recvfrom and answers, the other waits in poll.
// gaps: blocking
// needs: threads wait net

#include "net.h"

static int b;

static void *answer(void *arg) {
  (void)arg;
  char buf[64];
  for (;;) {
    union address from;
    socklen_t len = sizeof from;
    ssize_t n = recvfrom(b, buf, sizeof buf, 0, &from.any, &len);
    if (n <= 0) return NULL;
    sendto(b, buf, (size_t)n - 1, 0, &from.any, len);
  }
}

int main(void) {
  char buf[64];
  pthread_t thread;
  int a = bound_socket(AF_INET, SOCK_DGRAM);
  b = bound_socket(AF_INET, SOCK_DGRAM);
  union address to_b = own_address(b);
  MUST(connect(a, &to_b.any, sizeof to_b.v4));
  pthread_create(&thread, NULL, answer, NULL);
  for (size_t n = 5; n > 0; n--) {
    MUST(send(a, buf, n, 0));
    POLL(a, POLLIN, SOON);
    SHOW(recv(a, buf, sizeof buf, MSG_DONTWAIT));
  }
  MUST(send(a, buf, 0, 0));
  SHOW(pthread_join(thread, NULL));
  return 0;
}
