// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// AF_UNIX datagrams: boundaries, sources, connections of one side or both, who may send to whom, and
// a receiver whose queue is full.
//
// gaps: unix 33
#include "unix.h"

static char b[64];

static int datagram_socket(const char *name) {
  int fd = MUST(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0));
  if (name) MUST(bind_to(fd, name));
  return fd;
}

static void show_receive(const char *what, int fd, size_t len, int flags) {
  struct sockaddr_un a;
  struct iovec iov = {b, len};
  struct msghdr msg = {.msg_name = &a, .msg_namelen = sizeof a, .msg_iov = &iov, .msg_iovlen = 1};
  memset(b, 0, sizeof b);
  ssize_t n = recvmsg(fd, &msg, flags);
  if (n < 0) {
    printf("%s: %s\n", what, errno_name(errno));
  } else {
    printf("%s: %d '%s' from %s%s\n", what, (int)n, b, msg.msg_namelen ? "a name" : "no name",
           msg.msg_flags & MSG_TRUNC ? ", MSG_TRUNC" : "");
  }
}

static void boundaries(void) {
  const char *name = own_name("boundaries");
  int to = datagram_socket(name), from = datagram_socket(NULL);
  SHOW_AS("send 3", send_to(from, "one", name));
  SHOW_AS("send 0", send_to(from, "", name));
  SHOW_AS("send 5", send_to(from, "three", name));
  SHOW(queued(to, FIONREAD));
  show_receive("peek", to, 2, MSG_PEEK);
  show_receive("peek, real length", to, 2, MSG_PEEK | MSG_TRUNC);
  show_receive("whole", to, sizeof b, 0);
  SHOW(queued(to, FIONREAD));
  POLL(to, ALL_EVENTS, 0);
  show_receive("empty", to, sizeof b, 0);
  MUST(bind_to(from, own_name("from")));
  show_receive("truncated", to, 2, 0);
  show_receive("nothing", to, 2, 0);
  SHOW(queued(from, SIOCOUTQ));
  SHOW_AS("sendto nobody", send_to(from, "x", own_name("nobody")));
  SHOW(send(from, "x", 1, 0));
  SHOW(recv(to, b, 1, MSG_OOB));
  SHOW(send(from, "x", 1, MSG_OOB));
}

static void one_sided(void) {
  const char *server_name = own_name("server"), *other_name = own_name("other");
  int server = datagram_socket(server_name), other = datagram_socket(other_name);
  int client = datagram_socket(own_name("client"));
  SHOW_AS("connect", connect_to(client, server_name));
  SHOW(send(client, "a", 1, 0));
  SHOW_AS("sendto another", send_to(client, "b", other_name));
  show_receive("server", server, sizeof b, 0);
  show_receive("other", other, sizeof b, 0);
  SHOW(send(server, "x", 1, 0));
  SHOW_AS("server connects to other", connect_to(server, other_name));
  SHOW_AS("no longer the client's", send(client, "c", 1, 0));
  int fresh = datagram_socket(NULL);
  SHOW_AS("nor to connect to", connect_to(fresh, server_name));
  SHOW_AS("nor to send to", send_to(fresh, "d", server_name));
  struct sockaddr none = {AF_UNSPEC, ""};
  SHOW(connect(server, &none, sizeof none));
  SHOW_AS("again", send(client, "e", 1, 0));
  show_receive("server", server, sizeof b, 0);
  close(server);
  POLL(client, ALL_EVENTS, 0);
  SHOW_AS("closed", send(client, "f", 1, 0));
  SHOW_AS("and not connected any more", send(client, "g", 1, 0));
  POLL(client, ALL_EVENTS, 0);
}

static void both_sided(void) {
  const char *left_name = own_name("left"), *right_name = own_name("right");
  int left = datagram_socket(left_name), right = datagram_socket(right_name);
  MUST(connect_to(left, right_name));
  MUST(connect_to(right, left_name));
  SHOW(send(left, "lost", 4, 0));
  struct sockaddr none = {AF_UNSPEC, ""};
  SHOW(connect(right, &none, sizeof none));
  POLL(left, ALL_EVENTS, 0);
  POLL(right, ALL_EVENTS, 0);
  show_receive("right", right, sizeof b, 0);
  SHOW_PENDING_ERROR(left);
  MUST(connect_to(right, left_name));
  SHOW(send(left, "lost", 4, 0));
  SHOW_AS("to itself, connected", connect_to(right, right_name));
  MUST(connect(right, &none, sizeof none));
  MUST(connect_to(right, right_name));
  SHOW(recv(left, b, 1, 0));
  SHOW(recv(left, b, 1, 0));
  SHOW_AS("to itself", send(right, "self", 4, 0));
  show_receive("itself", right, sizeof b, 0);
  SHOW(recv(right, b, 1, 0));
  SHOW(send(left, "x", 1, 0));
}

// A receiver that is not connected to the sender holds net.unix.max_dgram_qlen and one more.
static void full(void) {
  const char *name = own_name("full");
  int receiver = datagram_socket(name), sender = datagram_socket(NULL);
  int unconnected = datagram_socket(NULL), n = 0;
  MUST(connect_to(sender, name));
  while (send(sender, "x", 1, 0) == 1) {
    n++;
  }
  printf("full: %s\n", errno_name(errno));
  CHECK(n > 1);
  POLL(sender, ALL_EVENTS, 0);
  POLL(unconnected, ALL_EVENTS, 0);
  SHOW_AS("sendto", send_to(unconnected, "x", name));
  SHOW_AS("shutdown", shutdown(unconnected, SHUT_WR));
  SHOW_AS("sendto", send_to(unconnected, "x", name));
  SHOW(recv(receiver, b, sizeof b, 0));
  POLL(sender, ALL_EVENTS, 0);
  SHOW(send(sender, "x", 1, 0));
  POLL(sender, ALL_EVENTS, 0);
  SHOW(connect_to(receiver, name));
  POLL(sender, ALL_EVENTS, 0);
  SHOW_AS("not its peer", send(sender, "x", 1, 0));
  SHOW(shutdown(receiver, SHUT_RD));
  SHOW_AS("not its peer, shut", send(sender, "x", 1, 0));
  struct sockaddr none = {AF_UNSPEC, ""};
  SHOW(connect(receiver, &none, sizeof none));
  SHOW_AS("shut", send(sender, "x", 1, 0));
  POLL(receiver, ALL_EVENTS, 0);
  close(receiver);
  POLL(sender, ALL_EVENTS, 0);
  SHOW_AS("closed", send(sender, "x", 1, 0));
  POLL(sender, ALL_EVENTS, 0);
}

int main(void) {
  boundaries();
  one_sided();
  both_sided();
  full();
  return 0;
}
