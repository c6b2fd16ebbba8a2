// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A stream of 16 MiB, non-blocking on one side, arrives whole; the writer closes after its last
// send.
// gaps: 29
// needs: net wait

#include "net.h"

enum { TOTAL = 16 << 20 };

static unsigned char byte_at(long i) {
  return (unsigned char)(i * 7 >> 5);
}

int main(void) {
  static unsigned char out[65536], in[65536];
  int client, server;
  tcp_pair(AF_INET, &client, &server);
  set_nonblocking(client, 1);
  long sent = 0, got = 0, wrong = 0;
  for (;;) {
    struct pollfd set[2] = {{server, POLLIN, 0}, {client, POLLOUT, 0}};
    // From the close on only the reader is left.
    MUST(poll(set, sent < TOTAL ? 2 : 1, SOON));
    if (set[1].revents & POLLOUT) {
      size_t size = TOTAL - sent < (long)sizeof out ? (size_t)(TOTAL - sent) : sizeof out;
      for (size_t i = 0; i < size; i++) out[i] = byte_at(sent + (long)i);
      ssize_t n = send(client, out, size, 0);
      if (n > 0) sent += n;
      if (sent == TOTAL) MUST(close(client));
    } else {
      ssize_t n = MUST(recv(server, in, sizeof in, MSG_DONTWAIT));
      if (n == 0) break;
      for (ssize_t i = 0; i < n; i++) wrong += in[i] != byte_at(got + i);
      got += n;
    }
  }
  printf("sent %ld, got %ld, wrong %ld\n", sent, got, wrong);
  return 0;
}
