// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The end of a pair, of each type: after shutdown, after close, after close with unread data; what
// poll, send and recv say then, and who gets SIGPIPE.
//
// gaps: unix
#include "unix.h"

static int signals;

static void on_sigpipe(int signal) {
  (void)signal;
  signals++;
}

static void show_signals(void) {
  printf("SIGPIPE: %d\n", signals);
  signals = 0;
}

static void pair(int type, int sv[2]) {
  MUST(socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, sv));
}

static void closed(int type) {
  int sv[2];
  char b[8];
  pair(type, sv);
  SHOW(send(sv[1], "last", 4, 0));
  close(sv[1]);
  POLL(sv[0], ALL_EVENTS, 0);
  SHOW(recv(sv[0], b, sizeof b, 0));
  SHOW(recv(sv[0], b, sizeof b, 0));
  POLL(sv[0], ALL_EVENTS, 0);
  SHOW(write(sv[0], "x", 1));
  show_signals();
  SHOW(send(sv[0], "x", 1, 0));
  show_signals();
  SHOW(send(sv[0], "x", 1, MSG_NOSIGNAL));
  show_signals();
  SHOW(shutdown(sv[0], SHUT_RDWR));
  POLL(sv[0], ALL_EVENTS, 0);
  close(sv[0]);
}

static void closed_with_unread(int type) {
  int sv[2];
  char b[8];
  pair(type, sv);
  SHOW(send(sv[0], "never read", 10, 0));
  SHOW(send(sv[1], "abc", 3, 0));
  close(sv[1]);
  POLL(sv[0], ALL_EVENTS, 0);
  SHOW(recv(sv[0], b, 2, 0));
  SHOW(recv(sv[0], b, sizeof b, 0));
  SHOW(recv(sv[0], b, sizeof b, 0));
  SHOW(recv(sv[0], b, sizeof b, 0));
  SHOW_PENDING_ERROR(sv[0]);
  close(sv[0]);
  pair(type, sv);
  SHOW(send(sv[0], "never read", 10, 0));
  close(sv[1]);
  SHOW(send(sv[0], "x", 1, MSG_NOSIGNAL));
  SHOW_PENDING_ERROR(sv[0]);
  SHOW_PENDING_ERROR(sv[0]);
  POLL(sv[0], ALL_EVENTS, 0);
  close(sv[0]);
}

static void shut_down(int type, int how) {
  int sv[2];
  char b[8];
  printf("-- shutdown(%d)\n", how);
  pair(type, sv);
  SHOW(send(sv[1], "ab", 2, 0));
  SHOW(shutdown(sv[0], how));
  POLL(sv[0], ALL_EVENTS, 0);
  POLL(sv[1], ALL_EVENTS, 0);
  SHOW(recv(sv[0], b, sizeof b, 0));
  SHOW(recv(sv[0], b, sizeof b, 0));
  SHOW(write(sv[0], "x", 1));
  show_signals();
  SHOW(recv(sv[1], b, sizeof b, 0));
  SHOW(write(sv[1], "x", 1));
  show_signals();
  SHOW(shutdown(sv[0], how));
  close(sv[0]);
  POLL(sv[1], ALL_EVENTS, 0);
  close(sv[1]);
}

int main(void) {
  signal(SIGPIPE, on_sigpipe);
  for (int i = 0; i < 3; i++) {
    printf("---- %s\n", type_name(unix_types[i]));
    closed(unix_types[i]);
    closed_with_unread(unix_types[i]);
    shut_down(unix_types[i], SHUT_RD);
    shut_down(unix_types[i], SHUT_WR);
    shut_down(unix_types[i], SHUT_RDWR);
  }
  int sv[2];
  pair(SOCK_STREAM, sv);
  SHOW(shutdown(sv[0], 3));
  SHOW(shutdown(sv[0], -1));
  return 0;
}
