// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// accept waits for a connection, and connect for a place in the backlog.
//
// gaps: unix blocking
// needs: wait
#include "unix.h"

struct act {
  int fd;
  const char *name;
};

static void do_connect(void *arg) {
  struct act *a = arg;
  MUST(connect_to(a->fd, a->name));
}

static void do_accept(void *arg) {
  MUST(accept(((struct act *)arg)->fd, NULL, NULL));
}

static void do_close(void *arg) {
  close(((struct act *)arg)->fd);
}

static void connections(int type) {
  const char *name = own_name("blocking");
  int listener = unix_listener(type, name, 0);
  struct act act = {MUST(socket(AF_UNIX, type, 0)), name};
  when_blocked(do_connect, &act);
  int server = accept(listener, NULL, NULL);
  CHECK(server >= 0);
  int first = MUST(socket(AF_UNIX, type, 0)), second = MUST(socket(AF_UNIX, type, 0));
  MUST(connect_to(first, name));
  act.fd = listener;
  when_blocked(do_accept, &act);
  SHOW_AS("connect, backlog full", connect_to(second, name));
  when_blocked(do_close, &act);
  SHOW_AS("connect, listener closed", connect_to(MUST(socket(AF_UNIX, type, 0)), name));
}

int main(void) {
  connections(SOCK_STREAM);
  connections(SOCK_SEQPACKET);
  return 0;
}
