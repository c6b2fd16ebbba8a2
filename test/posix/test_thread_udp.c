// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Datagrams between threads: one waits in recvfrom and answers, the other waits in poll.
// gaps: blocking
// needs: threads wait net

#include "net.h"

static int b, done[2];

static void *answer(void *arg) {
  (void)arg;
  char buf[64];
  for (;;) {
    union address from;
    socklen_t len = sizeof from;
    ssize_t n = recvfrom(b, buf, sizeof buf, 0, &from.any, &len);
    if (n <= 0) break;
    sendto(b, buf, (size_t)n - 1, 0, &from.any, len);
  }
  write(done[1], "x", 1);
  return NULL;
}

int main(void) {
  char buf[64];
  pthread_t thread;
  int a = bound_socket(AF_INET, SOCK_DGRAM);
  b = bound_socket(AF_INET, SOCK_DGRAM);
  union address to_b = own_address(b);
  MUST(connect(a, &to_b.any, sizeof to_b.v4));
  MUST(pipe(done));
  pthread_create(&thread, NULL, answer, NULL);
  for (size_t n = 5; n > 0; n--) {
    MUST(send(a, buf, n, 0));
    POLL(a, POLLIN, SOON);
    SHOW(recv(a, buf, sizeof buf, MSG_DONTWAIT));
  }
  MUST(send(a, buf, 0, 0));
  /* Not in pthread_join: where main has the event loop, that would hold up the last datagram. */
  SHOW(read(done[0], buf, 1));
  SHOW(pthread_join(thread, NULL));
  return 0;
}
