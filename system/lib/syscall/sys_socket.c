/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The system calls of sockets, for musl's wrappers: names only, over core/socket_family.h.
 */
#include <emscripten/syscalls.h>
#include <sys/socket.h>

#include "cancel.h"
#include "socket_family.h"
#include "syscall_exit.h"

/* The body of a call that may wait. */
#define RESTARTING(call)                                                                           \
  cancellation_point();                                                                            \
  ssize_t r;                                                                                       \
  do {                                                                                             \
    r = call;                                                                                      \
  } while (syscall_restarts(&r));                                                                  \
  return (int)act_on_cancel(r)

int __syscall_bind(int fd, const struct sockaddr *addr, socklen_t len, int u1, int u2, int u3) {
  return sock_bind(fd, addr, len);
}

int __syscall_listen(int fd, int backlog, int u1, int u2, int u3, int u4) {
  return sock_listen(fd, backlog);
}

int __syscall_connect(int fd, const struct sockaddr *addr, socklen_t len, int u1, int u2, int u3) {
  RESTARTING(sock_connect(fd, addr, len));
}

int __syscall_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags, int u1, int u2) {
  RESTARTING(sock_accept4(fd, addr, len, flags));
}

int __syscall_shutdown(int fd, int how, int u1, int u2, int u3, int u4) {
  return sock_shutdown(fd, how);
}

int __syscall_getsockname(int fd, struct sockaddr *addr, socklen_t *len, int u1, int u2, int u3) {
  return sock_getsockname(fd, addr, len);
}

int __syscall_getpeername(int fd, struct sockaddr *addr, socklen_t *len, int u1, int u2, int u3) {
  return sock_getpeername(fd, addr, len);
}

int __syscall_getsockopt(int fd, int level, int name, void *value, socklen_t *len, int u1) {
  return sock_getsockopt(fd, level, name, value, len);
}

int __syscall_setsockopt(int fd, int level, int name, const void *value, socklen_t len, int u1) {
  return sock_setsockopt(fd, level, name, value, len);
}

int __syscall_sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *addr,
                     socklen_t addr_len) {
  RESTARTING(sock_sendto(fd, buf, len, flags, addr, addr_len));
}

int __syscall_recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *addr,
                       socklen_t *addr_len) {
  RESTARTING(sock_recvfrom(fd, buf, len, flags, addr, addr_len));
}

int __syscall_sendmsg(int fd, const struct msghdr *msg, int flags, int u1, int u2, int u3) {
  RESTARTING(sock_sendmsg(fd, msg, flags));
}

int __syscall_recvmsg(int fd, struct msghdr *msg, int flags, int u1, int u2, int u3) {
  RESTARTING(sock_recvmsg(fd, msg, flags));
}
