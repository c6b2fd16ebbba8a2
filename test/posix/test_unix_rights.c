// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Descriptors in control messages (SCM_RIGHTS, unix(7)): of pipes, sockets, eventfds and files; what
// does not fit, what nobody receives, flags, limits and errors.
//
// gaps: unix 37
#include "unix.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

#define PLENTY 16

static int got[300];

static void pair(int type, int sv[2]) {
  MUST(socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, sv));
}

static void kinds(int type) {
  char b[16] = "";
  int sv[2], p[2], inner[2];
  printf("-- %s\n", type_name(type));
  pair(type, sv);
  MUST(pipe(p));
  pair(SOCK_STREAM, inner);
  int counter = MUST(eventfd(5, 0)), ep = MUST(epoll_create1(0));
  int fds[] = {p[1], inner[1], counter, ep, p[1]};
  SHOW(send_fds(sv[0], "fds", 3, fds, 5, 0));
  close(p[1]);
  close(inner[1]);
  close(counter);
  close(ep);
  POLL(p[0], ALL_EVENTS, 0);
  SHOW(queued(sv[1], FIONREAD));
  int n = show_received_fds("receive", sv[1], sizeof b, got, PLENTY, 0);
  CHECK(n == 5);
  SHOW(write(got[0], "through", 7));
  SHOW(read(p[0], b, sizeof b));
  SHOW(write(got[1], "socket", 6));
  SHOW(recv(inner[0], b, sizeof b, 0));
  eventfd_t value = 0;
  SHOW(eventfd_read(got[2], &value));
  CHECK(value == 5);
  struct epoll_event e = {.events = EPOLLIN};
  SHOW(epoll_ctl(got[3], EPOLL_CTL_ADD, p[0], &e));
  close(got[0]);
  POLL(p[0], ALL_EVENTS, 0);
  close(got[4]);
  POLL(p[0], ALL_EVENTS, 0);
  CHECK(!(fcntl(got[1], F_GETFD) & FD_CLOEXEC));
  CHECK(fcntl(got[1], F_GETFL) & O_NONBLOCK);
}

// The reader of a pipe sees its end when the last writer is closed, in flight or not.
static void undelivered(int type, int unread_end) {
  int sv[2], p[2];
  pair(type, sv);
  MUST(pipe(p));
  MUST(send_fds(sv[0], "x", 1, &p[1], 1, 0));
  close(p[1]);
  POLL(p[0], ALL_EVENTS, 0);
  close(sv[unread_end]);
  POLL(p[0], ALL_EVENTS, 0);
  close(sv[!unread_end]);
  POLL(p[0], ALL_EVENTS, 0);
  close(p[0]);
}

static void no_room(int type) {
  char b[8];
  int sv[2], p[2];
  pair(type, sv);
  MUST(pipe(p));
  int three[] = {p[1], p[1], p[1]};
  MUST(send_fds(sv[0], "abc", 3, three, 3, 0));
  MUST(send_fds(sv[0], "def", 3, three, 1, 0));
  MUST(send_fds(sv[0], "ghi", 3, three, 1, 0));
  MUST(send_fds(sv[0], "jkl", 3, three, 1, 0));
  close(p[1]);
  int n = show_received_fds("room for two", sv[1], 3, got, 2, 0);
  while (n-- > 0) close(got[n]);
  show_received_fds("no buffer", sv[1], 3, got, 0, 0);
  SHOW(read(sv[1], b, 3));
  POLL(p[0], ALL_EVENTS, 0);
  n = show_received_fds("cloexec", sv[1], 3, got, 1, MSG_CMSG_CLOEXEC);
  if (n) CHECK(fcntl(got[0], F_GETFD) & FD_CLOEXEC);
  close(got[0]);
  POLL(p[0], ALL_EVENTS, 0);
}

static void peeked(int type) {
  char b[8];
  int sv[2], p[2];
  pair(type, sv);
  MUST(pipe(p));
  MUST(send_fds(sv[0], "abc", 3, &p[1], 1, 0));
  MUST(send(sv[0], "def", 3, 0));
  close(p[1]);
  show_received_fds("peek", sv[1], 8, got, 1, MSG_PEEK);
  show_received_fds("peek again", sv[1], 8, got + 1, 1, MSG_PEEK);
  CHECK(got[0] != got[1]);
  SHOW(recv(sv[1], b, sizeof b, 0));
  POLL(p[0], ALL_EVENTS, 0);
  close(got[0]);
  POLL(p[0], ALL_EVENTS, 0);
  close(got[1]);
  POLL(p[0], ALL_EVENTS, 0);
}

// A stream's read ends with the bytes that came with descriptors.
static void boundaries(void) {
  int sv[2], p[2];
  pair(SOCK_STREAM, sv);
  MUST(pipe(p));
  MUST(send(sv[0], "before", 6, 0));
  MUST(send_fds(sv[0], "with", 4, &p[1], 1, 0));
  MUST(send(sv[0], "after", 5, 0));
  MUST(send_fds(sv[0], "more", 4, p, 2, 0));
  MUST(send_fds(sv[0], "last", 4, p, 2, 0));
  show_received_fds("first", sv[1], 60, got, PLENTY, 0);
  show_received_fds("second", sv[1], 2, got, PLENTY, 0);
  show_received_fds("third", sv[1], 60, got, PLENTY, 0);
  show_received_fds("fourth", sv[1], 60, got, PLENTY, MSG_WAITALL);
  SHOW(send_fds(sv[0], "", 0, p, 2, 0));
  show_received_fds("nothing", sv[1], 60, got, PLENTY, 0);
}

static void errors(void) {
  int sv[2], fds[300];
  pair(SOCK_DGRAM, sv);
  for (int i = 0; i < 300; i++) {
    fds[i] = sv[0];
  }
  SHOW(send_fds(sv[0], "x", 1, fds, 254, 0));
  SHOW(send_fds(sv[0], "x", 1, fds, 253, 0));
  SHOW(show_received_fds("253", sv[1], 1, got, 253, 0));
  for (int i = 0; i < 253; i++) close(got[i]);
  fds[1] = -1;
  SHOW(send_fds(sv[0], "x", 1, fds, 2, 0));
  fds[1] = 999;
  SHOW(send_fds(sv[0], "x", 1, fds, 2, 0));
  SHOW(send_fds(sv[0], "x", 1, fds, 0, 0));
  show_received_fds("none", sv[1], 1, got, 1, 0);
  show_received_fds("none sent", sv[1], 1, got, 1, 0);
  close(sv[1]);
  SHOW(send_fds(sv[0], "x", 1, fds, 1, 0));
  SHOW(send_fds(sv[0], "x", 1, fds, 1, 0));
}

static ssize_t send_control(int fd, int level, int type, size_t len, size_t control_len) {
  char control[CMSG_SPACE(64)];
  struct iovec iov = {"x", 1};
  struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
  memset(control, 0, sizeof control);
  msg.msg_control = control;
  msg.msg_controllen = sizeof control;
  struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
  c->cmsg_level = level;
  c->cmsg_type = type;
  c->cmsg_len = len;
  msg.msg_controllen = control_len;
  return sendmsg(fd, &msg, 0);
}

static void malformed(void) {
  int sv[2];
  pair(SOCK_STREAM, sv);
  SHOW(send_control(sv[0], SOL_SOCKET, SCM_RIGHTS, 1, CMSG_SPACE(64)));
  SHOW(send_control(sv[0], SOL_SOCKET, SCM_RIGHTS, CMSG_LEN(80), CMSG_SPACE(64)));
  SHOW(send_control(sv[0], SOL_SOCKET, SCM_RIGHTS, CMSG_LEN(3), CMSG_SPACE(64)));
  SHOW(send_control(sv[0], SOL_SOCKET, 77, CMSG_LEN(4), CMSG_SPACE(64)));
  SHOW(send_control(sv[0], 12345, 77, CMSG_LEN(4), CMSG_SPACE(64)));
  SHOW(send_control(sv[0], SOL_SOCKET, SCM_RIGHTS, CMSG_LEN(4), 3));
  SHOW(send_control(sv[0], SOL_SOCKET, SCM_RIGHTS, CMSG_LEN(4), CMSG_LEN(4)));
}

int main(void) {
  kinds(SOCK_STREAM);
  kinds(SOCK_DGRAM);
  kinds(SOCK_SEQPACKET);
  undelivered(SOCK_STREAM, 1);
  undelivered(SOCK_STREAM, 0);
  undelivered(SOCK_DGRAM, 1);
  no_room(SOCK_STREAM);
  no_room(SOCK_DGRAM);
  peeked(SOCK_STREAM);
  peeked(SOCK_DGRAM);
  boundaries();
  errors();
  malformed();
  return 0;
}
