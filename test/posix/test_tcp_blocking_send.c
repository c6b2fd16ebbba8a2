// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// send(2) on a blocking stream: it waits for room until all is taken, however much it is.
// gaps: blocking 29
// needs: net wait

#include "net.h"

enum { TOTAL = 4 << 20 };
static char out[TOTAL], in[65536];
static int client, server, done[2];
static long got, wrong;

// Takes what is there, and comes again when main has blocked again.
static void drain(void *arg) {
  (void)arg;
  ssize_t n;
  while ((n = recv(server, in, sizeof in, MSG_DONTWAIT)) > 0) {
    for (ssize_t i = 0; i < n; i++) wrong += in[i] != out[got + i];
    got += n;
  }
  if (got < TOTAL) {
    when_blocked(drain, NULL);
  } else {
    write(done[1], "x", 1);
  }
}

int main(void) {
  char c;
  for (int i = 0; i < TOTAL; i++) out[i] = (char)(i * 13 >> 4);
  tcp_pair(AF_INET, &client, &server);
  MUST(pipe(done));
  when_blocked(drain, NULL);
  SHOW(send(client, out, TOTAL, 0));
  SHOW(read(done[0], &c, 1));
  printf("got %ld, wrong %ld\n", got, wrong);
  return 0;
}
