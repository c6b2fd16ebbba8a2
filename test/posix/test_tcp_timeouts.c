// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// socket(7), SO_RCVTIMEO and SO_SNDTIMEO: a blocking call that waits longer fails with EAGAIN; what
// comes in time ends it; poll is not concerned.
// gaps: 27
// needs: net wait

#include "net.h"
#include <sys/time.h>
#include <time.h>

static int client, server;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void send_later(void *arg) {
  (void)arg;
  send(client, "hello", 5, 0);
}

int main(void) {
  char buf[8];
  static char page[65536];
  struct timeval timeout = {0, 60000};
  tcp_pair(AF_INET, &client, &server);
  MUST(setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout));
  double start = now();
  SHOW(recv(server, buf, sizeof buf, 0));
  CHECK(now() - start >= 59);
  SHOW(read(server, buf, sizeof buf));
  timeout.tv_sec = 20;
  MUST(setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout));
  when_blocked(send_later, NULL);
  SHOW(recv(server, buf, sizeof buf, 0));

  set_nonblocking(client, 1);
  while (poll(&(struct pollfd){client, POLLOUT, 0}, 1, 100) == 1) send(client, page, 65536, 0);
  set_nonblocking(client, 0);
  timeout.tv_sec = 0;
  MUST(setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout));
  start = now();
  ssize_t n = 0;
  for (int i = 0; i < 100 && n >= 0; i++) n = send(client, page, sizeof page, 0);
  SHOW_AS("send to a full stream", n);
  CHECK(now() - start >= 59);
  return 0;
}
