// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// SO_REUSEPORT: sockets that all have it share a port, and connections and datagrams are dealt out to
// them; who has it not is kept off; what one has closed the others get.
//
// gaps: 27
// needs: wait net
#include "net.h"

#define CLIENTS 48

static int with_option(int type, int on) {
  int fd = MUST(socket(AF_INET, type, 0));
  MUST(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on));
  return fd;
}

static int sharing(int type, int port) {
  int fd = with_option(type, 1);
  union address a = loopback(AF_INET, port);
  MUST(bind(fd, &a.any, sizeof a.v4));
  if (type == SOCK_STREAM) MUST(listen(fd, CLIENTS));
  return fd;
}

static void show_kept_off(int type, const union address *at) {
  int without = with_option(type, 0), with = with_option(type, 1);
  SHOW_AS("bind without the option", bind(without, &at->any, sizeof at->v4));
  SHOW_AS("bind with it", bind(with, &at->any, sizeof at->v4));
  MUST(close(without));
  MUST(close(with));
}

// One connection or datagram of what is there, from either.
static int take(int type, int fds[2]) {
  struct pollfd p[2] = {{fds[0], POLLIN, 0}, {fds[1], POLLIN, 0}};
  if (MUST(poll(p, 2, SOON)) == 0) {
    printf("nothing came\n");
    exit(1);
  }
  int which = !p[0].revents;
  char byte;
  if (type == SOCK_STREAM) {
    MUST(close(MUST(accept(fds[which], NULL, NULL))));
  } else {
    MUST(recv(fds[which], &byte, 1, 0));
  }
  return which;
}

static void send_one(int type, const union address *to) {
  int fd = MUST(socket(AF_INET, type, 0));
  if (type == SOCK_STREAM) {
    MUST(connect(fd, &to->any, sizeof to->v4));
  } else {
    MUST(sendto(fd, "x", 1, 0, &to->any, sizeof to->v4));
  }
  MUST(close(fd));
}

static void share(int type) {
  int fds[2] = {sharing(type, 0), -1}, count[2] = {0, 0};
  union address at = own_address(fds[0]);
  show_kept_off(type, &at);
  fds[1] = sharing(type, port_of(&at));
  for (int i = 0; i < CLIENTS; i++) {
    send_one(type, &at);
    count[take(type, fds)]++;
  }
  CHECK(count[0] > 0);
  CHECK(count[1] > 0);
  CHECK(count[0] + count[1] == CLIENTS);
  MUST(close(fds[1]));
  fds[1] = -1;
  for (int i = 0; i < CLIENTS; i++) {
    send_one(type, &at);
    if (take(type, fds) != 0) printf("from a closed socket\n");
  }
  MUST(close(fds[0]));
}

static void without_the_option(int type) {
  int fd = bound_socket(AF_INET, type), with = with_option(type, 1);
  union address at = own_address(fd);
  SHOW_AS("the first has it not", bind(with, &at.any, sizeof at.v4));
  MUST(close(fd));
  MUST(close(with));
}

int main(void) {
  printf("TCP\n");
  share(SOCK_STREAM);
  without_the_option(SOCK_STREAM);
  printf("UDP\n");
  share(SOCK_DGRAM);
  without_the_option(SOCK_DGRAM);
  return 0;
}
