// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// tcp(7): a socket that is not connected polls POLLOUT|POLLHUP, cannot receive (ENOTCONN) and has
// nobody to send to (EPIPE with SIGPIPE); a listener is neither readable nor writable.
// gaps: 32
// needs: net

#include "net.h"
#include <signal.h>

static volatile int signals;

static void count(int sig) {
  (void)sig;
  signals++;
}

int main(void) {
  char c;
  union address peer;
  socklen_t len = sizeof peer;
  signal(SIGPIPE, count);
  int fresh = MUST(socket(AF_INET, SOCK_STREAM, 0));
  POLL(fresh, POLLIN | POLLOUT | POLLRDHUP, 0);
  POLL(fresh, 0, 0);
  SHOW(recv(fresh, &c, 1, 0));
  SHOW(read(fresh, &c, 1));
  SHOW(send(fresh, "x", 1, 0));
  printf("signals: %d\n", signals);
  SHOW(send(fresh, "x", 1, MSG_NOSIGNAL));
  printf("signals: %d\n", signals);
  SHOW(getpeername(fresh, &peer.any, &len));
  SHOW(shutdown(fresh, SHUT_RDWR));
  SHOW(shutdown(fresh, 7));
  SHOW(accept(fresh, NULL, NULL));
  union address own = own_address(fresh);
  show_address("own", &own);

  int listener = tcp_listener(AF_INET);
  POLL(listener, POLLIN | POLLOUT | POLLRDHUP, 0);
  SHOW(recv(listener, &c, 1, 0));
  SHOW(send(listener, &c, 1, MSG_NOSIGNAL));
  return 0;
}
