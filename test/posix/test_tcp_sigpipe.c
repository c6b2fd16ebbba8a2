// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// send(2) to nobody: EPIPE with SIGPIPE, and without it if MSG_NOSIGNAL says so: after one's own
// shutdown at once, after the peer has gone as soon as that is known.
// gaps: 30 27
// needs: net wait

#include "net.h"
#include <signal.h>

static volatile int signals;

static void count(int sig) {
  (void)sig;
  signals++;
}

int main(void) {
  int client, server;
  signal(SIGPIPE, count);
  tcp_pair(AF_INET, &client, &server);
  MUST(shutdown(client, SHUT_WR));
  SHOW(send(client, "x", 1, MSG_NOSIGNAL));
  printf("signals: %d\n", signals);
  SHOW(send(client, "x", 1, 0));
  printf("signals: %d\n", signals);
  SHOW(write(client, "x", 1));
  printf("signals: %d\n", signals);
  MUST(close(client));
  MUST(close(server));

  tcp_pair(AF_INET, &client, &server);
  MUST(close(server));
  await(client, POLLIN);
  SHOW(send(client, "x", 1, 0));
  ssize_t n = 1;
  for (int i = 0; i < 100 && n == 1; i++) {
    poll(&(struct pollfd){client, 0, 0}, 1, 20);
    n = send(client, "x", 1, MSG_NOSIGNAL);
  }
  SHOW_AS("a later send", n);
  SHOW(send(client, "x", 1, 0));
  printf("signals: %d\n", signals);
  return 0;
}
