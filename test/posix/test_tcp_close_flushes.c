// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// close(2) of a stream that is full: all that send accepted arrives before the end of the stream.
// gaps: 29
// needs: net wait

#include "net.h"

static unsigned char byte_at(long i) {
  return (unsigned char)(i * 7 >> 5);
}

int main(void) {
  static unsigned char out[65536], in[65536];
  int client, server;
  tcp_pair(AF_INET, &client, &server);
  set_nonblocking(client, 1);
  long sent = 0, got = 0, wrong = 0;
  ssize_t n;
  // Full is a stream that takes nothing more although it is given time.
  while (poll(&(struct pollfd){client, POLLOUT, 0}, 1, 200) == 1 && sent < 64 << 20) {
    for (size_t i = 0; i < sizeof out; i++) out[i] = byte_at(sent + (long)i);
    n = send(client, out, sizeof out, 0);
    if (n > 0) sent += n;
  }
  CHECK(sent < 64 << 20);
  SHOW(close(client));
  for (;;) {
    await(server, POLLIN);
    n = recv(server, in, sizeof in, MSG_DONTWAIT);
    if (n <= 0) break;
    for (ssize_t i = 0; i < n; i++) wrong += in[i] != byte_at(got + i);
    got += n;
  }
  SHOW_AS("the last recv", n);
  CHECK(got == sent);
  CHECK(wrong == 0);
  return 0;
}
