// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Names of AF_UNIX sockets: abstract ones, those that the system chooses (bind with a family only),
// and none; lengths as getsockname and getpeername report them; who may have which name.
//
// gaps: unix 22
#include "unix.h"

static void show_name(const char *what, int fd, int peer) {
  struct sockaddr_un a;
  memset(&a, 'x', sizeof a);
  socklen_t len = sizeof a;
  if ((peer ? getpeername : getsockname)(fd, (struct sockaddr *)&a, &len) == -1) {
    printf("%s: %s\n", what, errno_name(errno));
    return;
  }
  int unnamed = len == offsetof(struct sockaddr_un, sun_path);
  printf("%s: family %d, %s\n", what, a.sun_family,
         unnamed              ? "no name"
         : a.sun_path[0] == 0 ? "abstract"
                              : a.sun_path);
}

static void chosen_by_the_system(int type) {
  int fd = MUST(socket(AF_UNIX, type, 0));
  struct sockaddr_un a = {AF_UNIX, ""}, again;
  socklen_t len = sizeof a;
  SHOW(bind(fd, (struct sockaddr *)&a, sizeof(sa_family_t)));
  SHOW(getsockname(fd, (struct sockaddr *)&a, &len));
  printf("length %d, %d hexadecimal digits\n", (int)len,
         (int)strspn(a.sun_path + 1, "0123456789abcdef"));
  SHOW(bind(fd, (struct sockaddr *)&a, sizeof(sa_family_t)));
  len = sizeof again;
  SHOW(getsockname(fd, (struct sockaddr *)&again, &len));
  CHECK(!memcmp(&a, &again, 8));
  int other = MUST(socket(AF_UNIX, type, 0));
  SHOW(bind(other, (struct sockaddr *)&a, 8));
  SHOW(bind(fd, (struct sockaddr *)&a, 8));
  close(fd);
  SHOW(bind(other, (struct sockaddr *)&a, 8));
  close(other);
}

static void lengths(void) {
  struct sockaddr_un a = {AF_UNIX, ""};
  int fd = MUST(socket(AF_UNIX, SOCK_DGRAM, 0));
  SHOW(bind(fd, (struct sockaddr *)&a, 0));
  SHOW(bind(fd, (struct sockaddr *)&a, 1));
  SHOW(bind(fd, (struct sockaddr *)&a, sizeof a + 1));
  SHOW(bind(fd, (struct sockaddr *)&a, 200));
  SHOW(bind(fd, NULL, 10));
  SHOW(connect(fd, (struct sockaddr *)&a, 0));
  SHOW(connect(fd, (struct sockaddr *)&a, 1));
  SHOW(connect(fd, (struct sockaddr *)&a, 2));
  SHOW(connect(fd, (struct sockaddr *)&a, 200));
  a.sun_family = AF_INET;
  SHOW(bind(fd, (struct sockaddr *)&a, 16));
  SHOW(bind(fd, (struct sockaddr *)&a, 2));
  SHOW(connect(fd, (struct sockaddr *)&a, 16));
  close(fd);
}

// The whole of sun_path is the name, zeros and all; its first bytes are another name.
static void bytes_are_the_name(void) {
  struct sockaddr_un a;
  int one = MUST(socket(AF_UNIX, SOCK_DGRAM, 0)), two = MUST(socket(AF_UNIX, SOCK_DGRAM, 0));
  int three = MUST(socket(AF_UNIX, SOCK_DGRAM, 0)), four = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  socklen_t len = unix_address(&a, own_name("bytes"));
  SHOW(bind(one, (struct sockaddr *)&a, len));
  SHOW(bind(two, (struct sockaddr *)&a, len + 1));
  SHOW(bind(three, (struct sockaddr *)&a, len));
  SHOW(bind(three, (struct sockaddr *)&a, sizeof a));
  SHOW_AS("another type", bind(four, (struct sockaddr *)&a, len));
  struct sockaddr_un got;
  socklen_t got_len = sizeof got;
  SHOW(getsockname(two, (struct sockaddr *)&got, &got_len));
  CHECK(got_len == len + 1);
  got_len = 3;
  memset(&got, 'x', sizeof got);
  SHOW(getsockname(two, (struct sockaddr *)&got, &got_len));
  CHECK(got_len == len + 1);
  CHECK(got.sun_path[0] == 0 && got.sun_path[1] == 'x');
  got_len = (socklen_t)-1;
  SHOW(getsockname(two, (struct sockaddr *)&got, &got_len));
}

static void connected(int type) {
  const char *name = own_name("connected");
  int listener = unix_listener(type, name, 1), client = MUST(socket(AF_UNIX, type, 0));
  struct sockaddr_un a;
  socklen_t len = sizeof a;
  SHOW(connect_to(client, name));
  int server = MUST(accept(listener, (struct sockaddr *)&a, &len));
  printf("accept: length %d\n", (int)len);
  show_name("client", client, 0);
  show_name("client's peer", client, 1);
  show_name("server", server, 0);
  show_name("server's peer", server, 1);
  show_name("listener's peer", listener, 1);
  close(server);
  show_name("client's peer, closed", client, 1);
  SHOW(connect_to(client, name));
  SHOW(listen(client, 1));
  close(client);
  close(listener);
}

int main(void) {
  chosen_by_the_system(SOCK_STREAM);
  chosen_by_the_system(SOCK_DGRAM);
  lengths();
  bytes_are_the_name();
  connected(SOCK_STREAM);
  connected(SOCK_SEQPACKET);
  int sv[2];
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
  show_name("pair", sv[0], 0);
  show_name("pair's peer", sv[0], 1);
  SHOW(bind_to(sv[0], own_name("pair")));
  show_name("pair's peer, bound", sv[1], 1);
  return 0;
}
