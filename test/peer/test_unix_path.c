// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// AF_UNIX paths of the host's file system, with -sNODERAWFS: a native client connects to the
// program, and the program to a native server; streams both ways, half closed, a full stream,
// errors, and the files that remain.
//
// flags: -sNODERAWFS
#define PEER_OWN_MAIN
#include "peer.h"
#include <stddef.h>
#include <sys/stat.h>
#include <sys/un.h>

enum { LENGTH = 1000000 };

static char own_path[64], peer_path[64], nobody_path[64];

static void set_paths(int number) {
  snprintf(own_path, sizeof own_path, "/tmp/emwake-peer-%d", number);
  snprintf(peer_path, sizeof peer_path, "/tmp/emwake-peer-%d-native", number);
  snprintf(nobody_path, sizeof nobody_path, "/tmp/emwake-peer-%d-nobody", number);
}

static socklen_t set_name(struct sockaddr_un *a, const char *path) {
  memset(a, 0, sizeof *a);
  a->sun_family = AF_UNIX;
  strcpy(a->sun_path, path);
  return sizeof *a;
}

static int listen_at(const char *path) {
  struct sockaddr_un a;
  socklen_t len = set_name(&a, path);
  int fd = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  MUST(bind(fd, (struct sockaddr *)&a, len));
  MUST(listen(fd, 8));
  return fd;
}

static int connect_to(int fd, const char *path) {
  struct sockaddr_un a;
  socklen_t len = set_name(&a, path);
  return connect(fd, (struct sockaddr *)&a, len);
}

static int dial_path(const char *path) {
  int fd = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  MUST(connect_to(fd, path));
  return fd;
}

// Receives all, and sends as much back.
static void answer(const char *what, int fd) {
  struct stream received = receive_stream(fd), sent = {0};
  show_stream(what, &received);
  send_stream(fd, &sent, LENGTH);
  close(fd);
}

static void ask(const char *what, int fd) {
  struct stream sent = {0}, received;
  send_stream(fd, &sent, LENGTH);
  MUST(shutdown(fd, SHUT_WR));
  received = receive_stream(fd);
  show_stream(what, &received);
  close(fd);
}

static void show_length(const char *what, int fd,
                        int (*name)(int, struct sockaddr *, socklen_t *)) {
  struct sockaddr_un a;
  socklen_t len = sizeof a;
  MUST(name(fd, (struct sockaddr *)&a, &len));
  printf("%s: %s\n", what,
         len == offsetof(struct sockaddr_un, sun_path) ? "no name"
         : !strcmp(a.sun_path, own_path)               ? "own path"
         : !strcmp(a.sun_path, peer_path)              ? "peer's path"
                                                       : a.sun_path);
}

static void serve(unsigned number) {
  char b[16];
  struct stat st;
  int listener = listen_at(own_path);
  printf("port %u\n", number);
  fflush(stdout);
  SHOW_AS("stat", stat(own_path, &st));
  CHECK(S_ISSOCK(st.st_mode));
  struct sockaddr_un a;
  socklen_t len = set_name(&a, own_path);
  SHOW_AS("bind, taken", bind(MUST(socket(AF_UNIX, SOCK_DGRAM, 0)), (struct sockaddr *)&a, len));
  int fd = next_connection(listener);
  show_length("getsockname", fd, getsockname);
  show_length("getpeername", fd, getpeername);
  answer("received", fd);
  // In-process: the same path leads to the program's own listener.
  int client = dial_path(own_path), server = next_connection(listener);
  SHOW(send(client, "inside", 6, 0));
  SHOW(recv(server, b, sizeof b, 0));
  close(client);
  close(server);
  // The other way round.
  fd = dial_path(peer_path);
  show_length("getsockname", fd, getsockname);
  show_length("getpeername", fd, getpeername);
  ask("received", fd);
  // The peer has gone.
  fd = next_connection(listener);
  SHOW(recv(fd, b, sizeof b, 0));
  SHOW(recv(fd, b, sizeof b, 0));
  while (send(fd, b, sizeof b, MSG_NOSIGNAL) > 0) {
    poll(NULL, 0, 1);
  }
  printf("send: %s\n", errno_name(errno));
  close(fd);
  int none = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  SHOW_AS("connect, no file", connect_to(none, nobody_path));
  SHOW_AS("connect, nobody listens", connect_to(none, peer_path));
  SHOW_AS("connect, a directory", connect_to(none, "/tmp"));
  close(listener);
  SHOW_AS("stat", stat(own_path, &st));
  SHOW_AS("connect, closed", connect_to(none, own_path));
  SHOW_AS("unlink", unlink(own_path));
  // What was sent before the end arrives. The peer connects when its own path has gone.
  listener = listen_at(own_path);
  SHOW_AS("unlink", unlink(peer_path));
  fd = next_connection(listener);
  SHOW_AS("unlink", unlink(own_path));
  struct stream sent = {0};
  send_stream(fd, &sent, 100000);
}

static void peer(void) {
  char b[16];
  int listener = listen_at(peer_path);
  ask("received", dial_path(own_path));
  answer("received", next_connection(listener));
  close(listener);
  int fd = dial_path(own_path);
  MUST(send(fd, "last", 4, 0));
  close(fd);
  struct stat st;
  while (stat(peer_path, &st) == 0) {
    usleep(1000);
  }
  fd = dial_path(own_path);
  struct stream received = receive_stream(fd);
  show_stream("before the end", &received);
  SHOW(recv(fd, b, 1, 0));
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  if (argc > 2 && strcmp(argv[1], "peer") == 0) {
    set_paths(atoi(argv[2]));
    peer();
    return 0;
  }
  unsigned number;
  MUST(getentropy(&number, sizeof number));
  number %= 1000000000;
  set_paths((int)number);
  serve(number);
  return 0;
}
