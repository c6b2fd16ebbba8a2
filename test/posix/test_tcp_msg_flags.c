// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// recv(2) on a stream: MSG_PEEK leaves the data, MSG_DONTWAIT does not wait, MSG_TRUNC discards,
// MSG_WAITALL waits for all unless the stream ends.
// gaps: 27
// needs: net wait

#include "net.h"

static int client, server;

static void send_rest(void *arg) {
  (void)arg;
  send(client, "defgh", 5, 0);
}

static void send_end(void *arg) {
  (void)arg;
  send(client, "xy", 2, 0);
  shutdown(client, SHUT_WR);
}

int main(void) {
  char buf[16] = "";
  tcp_pair(AF_INET, &client, &server);
  SHOW(recv(server, buf, sizeof buf, MSG_DONTWAIT));
  SHOW(recv(server, buf, sizeof buf, MSG_DONTWAIT | MSG_PEEK));
  MUST(send(client, "abc", 3, 0));
  await(server, POLLIN);
  SHOW(recv(server, buf, sizeof buf, MSG_PEEK));
  printf("%.3s\n", buf);
  SHOW(recv(server, buf, 2, MSG_PEEK));
  POLL(server, POLLIN, 0);
  when_blocked(send_rest, NULL);
  SHOW(recv(server, buf, 8, MSG_WAITALL));
  printf("%.8s\n", buf);
  when_blocked(send_end, NULL);
  SHOW(recv(server, buf, 8, MSG_WAITALL));
  SHOW(recv(server, buf, 8, MSG_WAITALL));

  MUST(send(server, "123456", 6, 0));
  await(client, POLLIN);
  strcpy(buf, "....");
  SHOW(recv(client, buf, 4, MSG_TRUNC));
  printf("%s\n", buf);
  SHOW(receive(client, buf, 2));
  printf("%.2s\n", buf);
  return 0;
}
