// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// socket(2), accept4(2): SOCK_NONBLOCK and SOCK_CLOEXEC are obeyed; an accepted socket has only
// those that accept4 was given, whatever the listener has.
// gaps: 26
// needs: net wait

#include "net.h"

static void show_flags(const char *what, int fd) {
  printf("%s: nonblock %d, cloexec %d, access %d\n", what, !!(fcntl(fd, F_GETFL) & O_NONBLOCK),
         fcntl(fd, F_GETFD), (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR);
}

int main(void) {
  static const int types[] = {SOCK_STREAM, SOCK_DGRAM};
  for (int i = 0; i < 2; i++) {
    show_flags("plain", MUST(socket(AF_INET, types[i], 0)));
    show_flags("SOCK_NONBLOCK", MUST(socket(AF_INET, types[i] | SOCK_NONBLOCK, 0)));
    show_flags("SOCK_CLOEXEC", MUST(socket(AF_INET, types[i] | SOCK_CLOEXEC, 0)));
    show_flags("both", MUST(socket(AF_INET, types[i] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)));
  }
  int listener = tcp_listener(AF_INET);
  set_nonblocking(listener, 1);
  union address to = own_address(listener);
  static const int flags[] = {0, SOCK_NONBLOCK, SOCK_CLOEXEC, SOCK_NONBLOCK | SOCK_CLOEXEC};
  for (int i = 0; i < 4; i++) {
    tcp_client(&to);
    await(listener, POLLIN);
    show_flags("accept4", MUST(accept4(listener, NULL, NULL, flags[i])));
  }
  tcp_client(&to);
  await(listener, POLLIN);
  SHOW(accept4(listener, NULL, NULL, 0x100));
  show_flags("accept", MUST(accept(listener, NULL, NULL)));
  return 0;
}
