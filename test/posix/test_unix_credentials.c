// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Credentials: SO_PEERCRED of pairs, connections and neither; SO_PASSCRED on the receiver, on the
// sender, set too late; SCM_CREDENTIALS that are sent.
//
// gaps: unix 37
#include "unix.h"

static char b[64];

static int is_own(const struct ucred *c) {
  return c->pid == getpid() && c->uid == getuid() && c->gid == getgid();
}

static void show_peer(const char *what, int fd) {
  struct ucred c = {1, 2, 3};
  socklen_t len = sizeof c;
  MUST(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &len));
  printf("%s: %s, length %d\n", what, is_own(&c) ? "own" : c.pid == 0 ? "nobody" : "?", (int)len);
}

static void pass(int fd, int on) {
  MUST(setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
}

static void show_receive(const char *what, int fd, size_t len, size_t room) {
  char control[CMSG_SPACE(sizeof(struct ucred)) + 64];
  struct iovec iov = {b, len};
  struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
  msg.msg_control = room ? control : NULL;
  msg.msg_controllen = room;
  ssize_t n = recvmsg(fd, &msg, 0);
  if (n < 0) {
    printf("%s: %s\n", what, errno_name(errno));
    return;
  }
  printf("%s: %d bytes%s", what, (int)n, msg.msg_flags & MSG_CTRUNC ? ", MSG_CTRUNC" : "");
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
    struct ucred cred;
    if (c->cmsg_len < CMSG_LEN(sizeof cred)) {
      printf(", part of credentials");
      continue;
    }
    memcpy(&cred, CMSG_DATA(c), sizeof cred);
    printf(", credentials: %s", is_own(&cred) ? "own" : "");
    if (cred.pid != getpid())
      printf("pid %d, uid %d, gid %d", cred.pid, (int)cred.uid, (int)cred.gid);
  }
  printf("\n");
}

static ssize_t send_credentials(int fd, struct ucred cred, size_t len) {
  char control[CMSG_SPACE(sizeof cred) + 16];
  struct iovec iov = {"explicit", 8};
  struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
  memset(control, 0, sizeof control);
  msg.msg_control = control;
  msg.msg_controllen = CMSG_SPACE(len);
  struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_CREDENTIALS;
  c->cmsg_len = CMSG_LEN(len);
  memcpy(CMSG_DATA(c), &cred, sizeof cred);
  return sendmsg(fd, &msg, MSG_DONTWAIT);
}

static void messages(int type) {
  int sv[2];
  struct ucred own = {getpid(), getuid(), getgid()};
  printf("-- %s\n", type_name(type));
  MUST(socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, sv));
  show_peer("pair", sv[0]);
  MUST(send(sv[0], "none", 4, 0));
  show_receive("not asked for", sv[1], 60, CMSG_SPACE(sizeof own));
  MUST(send(sv[0], "early", 5, 0));
  pass(sv[1], 1);
  show_receive("asked for too late", sv[1], 60, CMSG_SPACE(sizeof own));
  MUST(send(sv[0], "late", 4, 0));
  show_receive("asked for", sv[1], 60, CMSG_SPACE(sizeof own));
  MUST(send(sv[0], "late", 4, 0));
  show_receive("no room", sv[1], 60, 0);
  MUST(send(sv[0], "late", 4, 0));
  show_receive("little room", sv[1], 60, CMSG_LEN(4));
  SHOW(send_credentials(sv[0], own, sizeof own));
  show_receive("sent", sv[1], 60, CMSG_SPACE(sizeof own));
  SHOW(send_credentials(sv[0], own, sizeof own - 4));
  own.pid = 0x3fffffff;
  SHOW(send_credentials(sv[0], own, sizeof own));
  pass(sv[1], 0);
  pass(sv[0], 1);
  MUST(send(sv[0], "by sender", 9, 0));
  pass(sv[1], 1);
  show_receive("of a sender that passes", sv[1], 60, CMSG_SPACE(sizeof own));
  close(sv[0]);
  show_receive("the end", sv[1], 60, CMSG_SPACE(sizeof own));
}

// Bytes of different origin are not read together by who asks for it.
static void not_glued(void) {
  int sv[2];
  struct ucred own = {getpid(), getuid(), getgid()};
  MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sv));
  MUST(send(sv[0], "anonymous", 9, 0));
  MUST(send(sv[0], "both", 4, 0));
  MUST(send_credentials(sv[0], own, sizeof own));
  MUST(send_credentials(sv[0], own, sizeof own));
  pass(sv[1], 1);
  show_receive("first", sv[1], 60, CMSG_SPACE(sizeof own));
  show_receive("second", sv[1], 60, CMSG_SPACE(sizeof own));
}

static void connections(void) {
  const char *name = own_name("credentials");
  int listener = MUST(socket(AF_UNIX, SOCK_STREAM, 0)),
      client = MUST(socket(AF_UNIX, SOCK_STREAM, 0));
  show_peer("fresh", listener);
  MUST(bind_to(listener, name));
  pass(listener, 1);
  MUST(listen(listener, 1));
  show_peer("listener", listener);
  pass(client, 1);
  MUST(connect_to(client, name));
  struct sockaddr_un a;
  socklen_t len = sizeof a;
  MUST(getsockname(client, (struct sockaddr *)&a, &len));
  printf("a client that passes credentials has a name of length %d\n", (int)len);
  show_peer("client", client);
  int server = MUST(accept(listener, NULL, NULL)), on = -1;
  show_peer("server", server);
  len = sizeof on;
  MUST(getsockopt(server, SOL_SOCKET, SO_PASSCRED, &on, &len));
  printf("SO_PASSCRED of the accepted: %d\n", on);
  int one = MUST(socket(AF_UNIX, SOCK_DGRAM, 0));
  pass(one, 1);
  MUST(bind_to(one, own_name("one")));
  int two = MUST(socket(AF_UNIX, SOCK_DGRAM, 0));
  MUST(connect_to(two, own_name("one")));
  show_peer("datagram", two);
  pass(two, 1);
  MUST(send(two, "x", 1, 0));
  len = sizeof a;
  MUST(recvfrom(one, b, 1, 0, (struct sockaddr *)&a, &len));
  printf("its name has length %d\n", (int)len);
  len = 4;
  SHOW(getsockopt(two, SOL_SOCKET, SO_PEERCRED, b, &len));
  printf("length %d\n", (int)len);
}

int main(void) {
  messages(SOCK_STREAM);
  messages(SOCK_DGRAM);
  messages(SOCK_SEQPACKET);
  not_glued();
  connections();
  return 0;
}
