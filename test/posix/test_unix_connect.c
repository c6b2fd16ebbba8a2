// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Connections of AF_UNIX: made at once, accepted later; a full backlog, errors, and what becomes of
// those that nobody has accepted.
//
// gaps: unix 35 36
#include "unix.h"

static void connections(int type) {
  char b[16];
  const char *name = own_name("connect");
  printf("-- %s\n", type_name(type));
  int listener = MUST(socket(AF_UNIX, type | SOCK_NONBLOCK, 0));
  SHOW(listen(listener, 1));
  MUST(bind_to(listener, name));
  int client = MUST(socket(AF_UNIX, type | SOCK_NONBLOCK, 0));
  SHOW_AS("connect, not listening", connect_to(client, name));
  SHOW(accept(listener, NULL, NULL));
  SHOW(listen(listener, 1));
  POLL(listener, ALL_EVENTS, 0);
  SHOW(accept(listener, NULL, NULL));
  SHOW_AS("connect", connect_to(client, name));
  SHOW_AS("connect, connected", connect_to(client, name));
  SHOW_AS("connect, connected, nobody", connect_to(client, own_name("nobody")));
  POLL(client, ALL_EVENTS, 0);
  POLL(listener, ALL_EVENTS, 0);
  SHOW(send(client, "early", 5, 0));
  SHOW(queued(client, SIOCOUTQ));
  int second = MUST(socket(AF_UNIX, type | SOCK_NONBLOCK, 0));
  SHOW_AS("second", connect_to(second, name));
  int third = MUST(socket(AF_UNIX, type | SOCK_NONBLOCK, 0));
  SHOW_AS("third, full", connect_to(third, name));
  POLL(third, ALL_EVENTS, 0);
  int server = MUST(accept(listener, NULL, NULL));
  CHECK(!(fcntl(server, F_GETFL) & O_NONBLOCK));
  SHOW(recv(server, b, sizeof b, 0));
  SHOW(send(server, "hello", 5, 0));
  SHOW(recv(client, b, sizeof b, 0));
  SHOW_AS("third", connect_to(third, name));
  SHOW(send(second, "never read", 10, 0));
  SHOW(listen(listener, 0));
  int on = -1;
  socklen_t len = sizeof on;
  MUST(getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN, &on, &len));
  CHECK(on == 1);
  SHOW(recv(listener, b, 1, 0));
  SHOW(send(listener, b, 1, MSG_NOSIGNAL));
  int n;
  SHOW(ioctl(listener, FIONREAD, &n));
  SHOW(ioctl(listener, SIOCOUTQ, &n));
}

static void ends(int type) {
  char b[16];
  const char *name = own_name("ends");
  printf("-- %s, the end\n", type_name(type));
  int listener = unix_listener(type, name, 8);
  int one = MUST(socket(AF_UNIX, type | SOCK_NONBLOCK, 0));
  int two = MUST(socket(AF_UNIX, type | SOCK_NONBLOCK, 0));
  MUST(connect_to(one, name));
  MUST(connect_to(two, name));
  close(two);
  int server = MUST(accept(listener, NULL, NULL));
  SHOW(send(one, "a", 1, 0));
  int gone = MUST(accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC));
  CHECK(fcntl(gone, F_GETFL) & O_NONBLOCK);
  CHECK(fcntl(gone, F_GETFD) & FD_CLOEXEC);
  POLL(gone, ALL_EVENTS, 0);
  SHOW(recv(gone, b, sizeof b, 0));
  int waiting = MUST(socket(AF_UNIX, type | SOCK_NONBLOCK, 0));
  MUST(connect_to(waiting, name));
  SHOW(send(waiting, "x", 1, 0));
  SHOW(shutdown(listener, SHUT_WR));
  POLL(listener, ALL_EVENTS, 0);
  SHOW(shutdown(listener, SHUT_RD));
  POLL(listener, ALL_EVENTS, 0);
  SHOW_AS("connect, shut down", connect_to(MUST(socket(AF_UNIX, type, 0)), name));
  close(listener);
  POLL(waiting, ALL_EVENTS, 0);
  SHOW(recv(waiting, b, sizeof b, 0));
  SHOW(recv(waiting, b, sizeof b, 0));
  SHOW(send(waiting, "x", 1, MSG_NOSIGNAL));
  SHOW_AS("connect, closed", connect_to(MUST(socket(AF_UNIX, type, 0)), name));
  SHOW(recv(server, b, sizeof b, 0));
  close(server);
  POLL(one, ALL_EVENTS, 0);
}

static void refused(void) {
  const char *name = own_name("refused");
  int stream = unix_listener(SOCK_STREAM, name, 1);
  int packet = MUST(socket(AF_UNIX, SOCK_SEQPACKET, 0));
  SHOW_AS("another type", connect_to(packet, name));
  SHOW_AS("to itself", connect_to(stream, name));
  struct sockaddr unspecified = {AF_UNSPEC, ""};
  int client = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  SHOW(connect(client, &unspecified, sizeof unspecified));
  SHOW(sendto(client, "x", 1, 0, &unspecified, sizeof unspecified));
  MUST(connect_to(client, name));
  SHOW_AS("sendto, connected", send_to(client, "x", name));
  SHOW(accept4(stream, NULL, NULL, 1));
  struct sockaddr_un a;
  socklen_t len = (socklen_t)-1;
  SHOW(accept(stream, (struct sockaddr *)&a, &len));
}

int main(void) {
  connections(SOCK_STREAM);
  connections(SOCK_SEQPACKET);
  ends(SOCK_STREAM);
  ends(SOCK_SEQPACKET);
  refused();
  int dgram = MUST(socket(AF_UNIX, SOCK_DGRAM, 0));
  MUST(bind_to(dgram, own_name("dgram")));
  SHOW(listen(dgram, 1));
  SHOW(accept(dgram, NULL, NULL));
  return 0;
}
