// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// AF_UNIX sockets for the differential tests: names, pairs, and messages with control data.

#ifndef EMWAKE_TEST_UNIX_H
#define EMWAKE_TEST_UNIX_H

#include "transcript.h"
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>

#ifndef SIOCOUTQ
#define SIOCOUTQ 0x5411
#endif

static UNUSED const char *type_name(int type) {
  return type == SOCK_STREAM ? "stream" : type == SOCK_DGRAM ? "dgram" : "seqpacket";
}

static UNUSED const int unix_types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};

// A name: a path, or an abstract one if it begins with '@', which stands for the 0.
static UNUSED socklen_t unix_address(struct sockaddr_un *a, const char *name) {
  memset(a, 0, sizeof *a);
  a->sun_family = AF_UNIX;
  strcpy(a->sun_path, name);
  if (name[0] != '@') {
    return sizeof *a;
  }
  a->sun_path[0] = 0;
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
}

static UNUSED int bind_to(int fd, const char *name) {
  struct sockaddr_un a;
  socklen_t len = unix_address(&a, name);
  return bind(fd, (struct sockaddr *)&a, len);
}

static UNUSED int connect_to(int fd, const char *name) {
  struct sockaddr_un a;
  socklen_t len = unix_address(&a, name);
  return connect(fd, (struct sockaddr *)&a, len);
}

static UNUSED ssize_t send_to(int fd, const char *text, const char *name) {
  struct sockaddr_un a;
  socklen_t len = unix_address(&a, name);
  return sendto(fd, text, strlen(text), 0, (struct sockaddr *)&a, len);
}

// An abstract name that no other process has: tests run side by side.
static UNUSED const char *own_name(const char *name) {
  static char names[8][64];
  static unsigned next;
  char *text = names[next++ % 8];
  snprintf(text, sizeof names[0], "@emwake-%s-%d", name, (int)getpid());
  return text;
}

// A socket bound to a name, and listening if it can.
static UNUSED int unix_listener(int type, const char *name, int backlog) {
  int fd = MUST(socket(AF_UNIX, type, 0));
  MUST(bind_to(fd, name));
  MUST(listen(fd, backlog));
  return fd;
}

static UNUSED int queued(int fd, unsigned long request) {
  int n = -1;
  MUST(ioctl(fd, request, &n));
  return n;
}

static UNUSED int pending_error(int fd) {
  int error = -1;
  socklen_t len = sizeof error;
  MUST(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len));
  return error;
}

#define SHOW_PENDING_ERROR(fd)                                                                     \
  do {                                                                                             \
    int show_error = pending_error(fd);                                                            \
    printf("SO_ERROR of %s: %s\n", #fd, show_error ? errno_name(show_error) : "0");                \
  } while (0)

#define ALL_EVENTS                                                                                 \
  (POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLRDBAND | POLLWRNORM | POLLWRBAND | POLLRDHUP)

// ---- control messages ----------------------------------------------------------------------

// Sends text with n descriptors.
static UNUSED ssize_t send_fds(int fd, const char *text, size_t len, const int *fds, int n,
                               int flags) {
  char control[CMSG_SPACE(300 * sizeof(int))];
  struct iovec iov = {(void *)text, len};
  struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
  memset(control, 0, sizeof control);
  msg.msg_control = control;
  msg.msg_controllen = CMSG_SPACE((size_t)n * sizeof(int));
  struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN((size_t)n * sizeof(int));
  memcpy(CMSG_DATA(c), fds, (size_t)n * sizeof(int));
  return sendmsg(fd, &msg, flags);
}

// Receives up to len bytes and room descriptors; *n becomes their number, *flags msg_flags.
static UNUSED ssize_t receive_fds(int fd, char *text, size_t len, int *fds, int room, int *n,
                                  int *flags) {
  char control[CMSG_SPACE(300 * sizeof(int))];
  struct iovec iov = {text, len};
  struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
  msg.msg_control = room ? control : NULL;
  msg.msg_controllen = room ? CMSG_LEN((size_t)room * sizeof(int)) : 0;
  ssize_t r = recvmsg(fd, &msg, *flags);
  *n = 0;
  *flags = msg.msg_flags;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); r >= 0 && c; c = CMSG_NXTHDR(&msg, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
      *n = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
      memcpy(fds, CMSG_DATA(c), (size_t)*n * sizeof(int));
    }
  }
  return r;
}

// Receives and prints what came, without the numbers.
static UNUSED int show_received_fds(const char *what, int fd, size_t len, int *fds, int room,
                                    int flags) {
  char text[64] = "";
  int n;
  ssize_t r =
    receive_fds(fd, text, len < sizeof text ? len : sizeof text - 1, fds, room, &n, &flags);
  if (r < 0) {
    printf("%s: -1 %s\n", what, errno_name(errno));
    return 0;
  }
  printf("%s: %d bytes '%.*s', %d descriptors%s%s%s\n", what, (int)r, (int)r, text, n,
         flags & MSG_CTRUNC ? ", MSG_CTRUNC" : "", flags & MSG_TRUNC ? ", MSG_TRUNC" : "",
         flags & MSG_CMSG_CLOEXEC ? ", MSG_CMSG_CLOEXEC" : "");
  return n;
}

#endif
