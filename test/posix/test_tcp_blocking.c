// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A TCP server and its client with blocking calls: connect, accept, recv, send, read and write
// wait for as long as they must.
// gaps: blocking
// needs: net wait

#include "net.h"

static union address to;
static int client, server;

static void connect_later(void *arg) {
  (void)arg;
  client = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  connect(client, &to.any, sizeof to.v4);
}

static void send_later(void *text) {
  send(client, text, strlen(text), 0);
}

static void write_later(void *text) {
  write(server, text, strlen(text));
}

static void close_later(void *arg) {
  (void)arg;
  close(server);
}

int main(void) {
  char buf[16];
  int listener = tcp_listener(AF_INET);
  to = own_address(listener);
  when_blocked(connect_later, NULL);
  server = MUST(accept(listener, NULL, NULL));
  printf("accepted\n");

  when_blocked(send_later, "ping");
  SHOW(recv(server, buf, sizeof buf, 0));
  printf("%.4s\n", buf);
  when_blocked(send_later, "again");
  SHOW(read(server, buf, sizeof buf));
  printf("%.5s\n", buf);

  await(client, POLLOUT);
  set_nonblocking(client, 0);
  when_blocked(write_later, "pong");
  SHOW(read(client, buf, sizeof buf));
  printf("%.4s\n", buf);
  SHOW(send(client, "x", 1, 0));
  SHOW(write(client, "y", 1));
  SHOW(receive(server, buf, 2));
  when_blocked(close_later, NULL);
  SHOW(recv(client, buf, sizeof buf, 0));

  int second = MUST(socket(AF_INET, SOCK_STREAM, 0));
  SHOW(connect(second, &to.any, sizeof to.v4));
  server = MUST(accept(listener, NULL, NULL));
  SHOW(send(second, "hello", 5, 0));
  SHOW(receive(server, buf, 5));
  return 0;
}
