// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Sockets that are in flight in each other's queues, and that no descriptor leads to any more, are
// ended: what they held is closed. What can still be received is not.
//
// gaps: unix
// needs: wait
#include "unix.h"

static void pair(int sv[2]) {
  MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sv));
}

// The kernel collects when a socket is closed while others are in flight, soon.
static void trigger(void) {
  int sv[2];
  pair(sv);
  close(sv[0]);
  close(sv[1]);
}

// The writer of a pipe is in the queue of the socket, which is in its own queue.
static void own_queue(void) {
  int sv[2], p[2];
  pair(sv);
  MUST(pipe(p));
  MUST(send_fds(sv[1], "p", 1, &p[1], 1, 0));
  MUST(send_fds(sv[1], "s", 1, &sv[0], 1, 0));
  close(p[1]);
  close(sv[0]);
  POLL(p[0], POLLIN, 0);
  close(sv[1]);
  trigger();
  POLL(p[0], POLLIN, SOON);
}

static void each_others_queues(void) {
  int a[2], c[2], p[2];
  pair(a);
  pair(c);
  MUST(pipe(p));
  MUST(send_fds(a[1], "p", 1, &p[1], 1, 0));
  MUST(send_fds(a[1], "c", 1, &c[0], 1, 0));
  MUST(send_fds(c[1], "a", 1, &a[0], 1, 0));
  close(p[1]);
  close(a[0]);
  close(a[1]);
  POLL(p[0], POLLIN, 0);
  close(c[0]);
  trigger();
  POLL(p[0], POLLIN, SOON);
  POLL(c[1], ALL_EVENTS, SOON);
  close(c[1]);
}

static void still_reachable(void) {
  int a[2], c[2], p[2], got[2];
  pair(a);
  pair(c);
  MUST(pipe(p));
  MUST(send_fds(a[1], "p", 1, &p[1], 1, 0));
  MUST(send_fds(c[1], "a", 1, &a[0], 1, 0));
  close(p[1]);
  close(a[0]);
  close(a[1]);
  trigger();
  POLL(p[0], POLLIN, 0);
  show_received_fds("socket", c[0], 1, got, 1, 0);
  int inner = got[0];
  trigger();
  show_received_fds("pipe", inner, 1, got, 1, 0);
  SHOW(write(got[0], "x", 1));
  close(got[0]);
  close(inner);
  char b[4];
  SHOW(read(p[0], b, 4));
  SHOW(read(p[0], b, 4));
}

// A connection that waits in a listener which is in flight itself.
static void unaccepted(void) {
  const char *name = own_name("unaccepted");
  int sv[2], p[2], listener = unix_listener(SOCK_STREAM, name, 4);
  int client = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  pair(sv);
  MUST(pipe(p));
  MUST(connect_to(client, name));
  MUST(send_fds(client, "p", 1, &p[1], 1, 0));
  MUST(send_fds(client, "l", 1, &listener, 1, 0));
  close(p[1]);
  close(listener);
  POLL(p[0], POLLIN, 0);
  close(client);
  trigger();
  POLL(p[0], POLLIN, SOON);
}

int main(void) {
  own_queue();
  each_others_queues();
  still_reachable();
  unaccepted();
  return 0;
}
