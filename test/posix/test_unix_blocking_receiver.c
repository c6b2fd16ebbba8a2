// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A datagram waits for a receiver whose queue is full, to the peer and to another; poll does too.
//
// gaps: unix blocking
// needs: wait
#include "unix.h"

struct act {
  int fd;
  const char *name;
};

static void do_receive(void *arg) {
  char b[4];
  MUST(recv(((struct act *)arg)->fd, b, sizeof b, MSG_DONTWAIT));
}

static void do_close(void *arg) {
  close(((struct act *)arg)->fd);
}

static void fill(int sender) {
  while (send(sender, "x", 1, MSG_DONTWAIT) > 0) {
  }
}

int main(void) {
  const char *name = own_name("receiver");
  int receiver = MUST(socket(AF_UNIX, SOCK_DGRAM, 0));
  int sender = MUST(socket(AF_UNIX, SOCK_DGRAM, 0)), other = MUST(socket(AF_UNIX, SOCK_DGRAM, 0));
  struct act act = {receiver, NULL};
  MUST(bind_to(receiver, name));
  MUST(connect_to(sender, name));
  fill(sender);
  when_blocked(do_receive, &act);
  SHOW(send(sender, "x", 1, 0));
  fill(sender);
  when_blocked(do_receive, &act);
  SHOW_AS("sendto", send_to(other, "x", name));
  fill(sender);
  when_blocked(do_receive, &act);
  POLL(sender, POLLOUT, SOON);
  fill(sender);
  when_blocked(do_close, &act);
  SHOW_AS("closed", send(sender, "x", 1, 0));
  SHOW_AS("closed", send_to(other, "x", name));
  return 0;
}
