// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// epoll over AF_UNIX sockets, edge- and level-triggered: what is an edge, and what is not.
//
// gaps: unix 13
#include "unix.h"
#include <sys/epoll.h>

static char b[1 << 16];

static void collect(const char *what, int ep) {
  struct epoll_event e[8];
  int n = MUST(epoll_wait(ep, e, 8, 0));
  printf("%s: %d", what, n);
  for (int i = 0; i < n; i++) {
    printf(" [%d %s]", (int)e[i].data.u32, event_names((int)(e[i].events & 0xffff)));
  }
  printf("\n");
}

static void watch(int ep, int fd, unsigned id, unsigned events) {
  struct epoll_event e = {.events = events, .data.u32 = id};
  MUST(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e));
}

static void edges(int type) {
  int sv[2], ep = MUST(epoll_create1(0));
  printf("-- %s\n", type_name(type));
  MUST(socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, sv));
  watch(ep, sv[0], 0, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
  collect("fresh", ep);
  collect("again", ep);
  MUST(send(sv[1], "ab", 2, 0));
  collect("bytes", ep);
  MUST(send(sv[1], "cd", 2, 0));
  collect("more bytes", ep);
  MUST(recv(sv[0], b, 1, 0));
  collect("read", ep);
  MUST(send(sv[0], "x", 1, 0));
  collect("sent", ep);
  MUST(recv(sv[1], b, 1, 0));
  collect("taken by the peer", ep);
  while (send(sv[0], b, 1000, 0) > 0) {
  }
  collect("full", ep);
  MUST(recv(sv[1], b, 1000, 0));
  collect("one read", ep);
  while (recv(sv[1], b, sizeof b, 0) > 0) {
  }
  collect("drained", ep);
  MUST(shutdown(sv[1], SHUT_WR));
  collect("half closed", ep);
  close(sv[1]);
  collect("closed", ep);
  collect("again", ep);
  close(sv[0]);
  collect("gone", ep);
  close(ep);
}

static void levels(void) {
  int sv[2], ep = MUST(epoll_create1(0));
  MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sv));
  watch(ep, sv[0], 0, EPOLLIN);
  watch(ep, sv[1], 1, EPOLLOUT | EPOLLONESHOT);
  collect("fresh", ep);
  collect("one shot", ep);
  MUST(send(sv[1], "ab", 2, 0));
  collect("bytes", ep);
  collect("still", ep);
  MUST(recv(sv[0], b, 2, 0));
  collect("none", ep);
  const char *name = own_name("epoll");
  int listener = unix_listener(SOCK_STREAM, name, 4),
      client = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  watch(ep, listener, 2, EPOLLIN | EPOLLET);
  watch(ep, client, 3, EPOLLIN | EPOLLOUT | EPOLLET);
  collect("unconnected", ep);
  MUST(connect_to(client, name));
  collect("connected", ep);
  int server = MUST(accept(listener, NULL, NULL));
  collect("accepted", ep);
  close(server);
  collect("closed", ep);
}

// A sender is told of room when its receiver, connected to nobody, has read.
static void room(void) {
  const char *name = own_name("room");
  int receiver = MUST(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0));
  int sender = MUST(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0));
  int ep = MUST(epoll_create1(0));
  MUST(bind_to(receiver, name));
  MUST(connect_to(sender, name));
  while (send(sender, "x", 1, 0) > 0) {
  }
  watch(ep, sender, 0, EPOLLOUT);
  collect("full", ep);
  MUST(recv(receiver, b, 1, 0));
  collect("room", ep);
  MUST(send(sender, "x", 1, 0));
  collect("full", ep);
  close(receiver);
  collect("closed", ep);
}

int main(void) {
  edges(SOCK_STREAM);
  edges(SOCK_DGRAM);
  edges(SOCK_SEQPACKET);
  levels();
  room();
  return 0;
}
