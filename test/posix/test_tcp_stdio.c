// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// stdio on a socket: fgets waits for a whole line however it comes; the end is feof.
// gaps: blocking
// needs: net wait

#include "net.h"

static int client, server;

static void send_end(void *arg) {
  (void)arg;
  send(client, "ne\nlast", 7, 0);
  shutdown(client, SHUT_WR);
}

static void send_start(void *arg) {
  (void)arg;
  send(client, "first line\nsecond li", 20, 0);
  when_blocked(send_end, NULL);
}

int main(void) {
  char line[64];
  tcp_pair(AF_INET, &client, &server);
  FILE *in = fdopen(server, "r");
  FILE *out = fdopen(MUST(dup(server)), "w");
  when_blocked(send_start, NULL);
  while (fgets(line, sizeof line, in)) printf("line: %s%s", line, strchr(line, '\n') ? "" : "\n");
  CHECK(feof(in) && !ferror(in));
  fprintf(out, "got %d lines\n", 3);
  SHOW(fclose(out));
  SHOW(fclose(in));
  ssize_t n = receive(client, line, sizeof line);
  printf("answer: %.*s", (int)n, line);
  return 0;
}
