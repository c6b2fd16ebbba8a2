/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Messages with descriptors, and names, for the unit tests of AF_UNIX.
 */
#ifndef EMWAKE_TEST_UNIX_CALLS_H
#define EMWAKE_TEST_UNIX_CALLS_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "socket_family.h"

static inline ssize_t call_send_fds(int fd, const void *data, size_t len, const int *fds, int n,
                                    int flags) {
  char control[CMSG_SPACE(256 * sizeof(int))] = {0};
  struct iovec iov = {(void *)data, len};
  struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control};
  msg.msg_controllen = CMSG_SPACE((size_t)n * sizeof(int));
  struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN((size_t)n * sizeof(int));
  memcpy(CMSG_DATA(c), fds, (size_t)n * sizeof(int));
  return sock_sendmsg(fd, &msg, flags);
}

/* *n: the room for descriptors, and then how many came. */
static inline ssize_t call_receive_fds(int fd, void *data, size_t len, int *fds, int *n,
                                       int flags) {
  char control[CMSG_SPACE(256 * sizeof(int))];
  struct iovec iov = {data, len};
  struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control};
  msg.msg_controllen = CMSG_LEN((size_t)*n * sizeof(int));
  ssize_t r = sock_recvmsg(fd, &msg, flags);
  *n = 0;
  if (r >= 0 && msg.msg_controllen) {
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    *n = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(fds, CMSG_DATA(c), (size_t)*n * sizeof(int));
  }
  return r;
}

/* An abstract name, or a path if it begins with '/'. */
static inline socklen_t unix_name_of(struct sockaddr_un *a, const char *name) {
  bool is_path = name[0] == '/';
  memset(a, 0, sizeof *a);
  a->sun_family = AF_UNIX;
  strcpy(a->sun_path + !is_path, name);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name) + 1);
}

static inline int call_bind(int fd, const char *name) {
  struct sockaddr_un a;
  socklen_t len = unix_name_of(&a, name);
  return sock_bind(fd, (struct sockaddr *)&a, len);
}

static inline int call_connect(int fd, const char *name) {
  struct sockaddr_un a;
  socklen_t len = unix_name_of(&a, name);
  return sock_connect(fd, (struct sockaddr *)&a, len);
}

#endif
