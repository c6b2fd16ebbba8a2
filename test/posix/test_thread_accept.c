// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// accept(2) from several threads on one socket: each connection goes to one of them, and its bytes
// are echoed by whoever has it.
// needs: threads wait net

#include "net.h"
#include <stdatomic.h>

enum { THREADS = 3, CONNECTIONS = 12 };

static int listener, done[2];
static atomic_int accepted, errors;

static void *serve(void *arg) {
  for (;;) {
    char byte;
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) {
      errors++;
      return arg;
    }
    accepted++;
    while (read(fd, &byte, 1) == 1 && byte != 'q') {
      if (write(fd, &byte, 1) != 1) errors++;
    }
    close(fd);
    if (byte == 'q') break;
  }
  write(done[1], "d", 1);
  return arg;
}

static void ask(const union address *to, char byte) {
  char got = 0;
  int fd = tcp_client(to);
  set_nonblocking(fd, 0);
  MUST(write(fd, &byte, 1));
  if (byte != 'q') {
    MUST(read(fd, &got, 1));
    if (got != byte) errors++;
  }
  close(fd);
}

int main(void) {
  pthread_t threads[THREADS];
  MUST(pipe(done));
  listener = tcp_listener(AF_INET);
  union address to = own_address(listener);
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, serve, NULL);
  for (int i = 0; i < CONNECTIONS; i++) ask(&to, (char)('a' + i));
  for (int i = 0; i < THREADS; i++) ask(&to, 'q');
  // A join would hold up the host's event loop, and the last bytes with it.
  for (int i = 0; i < THREADS; i++) MUST(read(done[0], &(char){0}, 1));
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  printf("accepted %d, errors %d\n", accepted, errors);
  return 0;
}
