/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The system calls of sockets, and what a family of sockets is to them: a table of functions in
 * the node's operations (struct proto_ops in the kernel). The calls look up the descriptor, copy
 * and check what every family checks alike (net/socket.c), and leave the rest to the family. So a
 * program that has sockets of one family only links no other.
 *
 *   socket.h   AF_INET, AF_INET6
 *   unix.h     AF_UNIX
 */
#ifndef EMWAKE_CORE_SOCKET_FAMILY_H
#define EMWAKE_CORE_SOCKET_FAMILY_H

#include <stdbool.h>
#include <sys/socket.h>

#include "file.h"
#include "iov_iter.h"

/* One sendmsg(2) or recvmsg(2). */
struct socket_message {
  struct iov_iter data;
  /* Sending: where to, as the caller gave it; NULL: to the peer. */
  const struct sockaddr *to;
  socklen_t to_len;
  /* Receiving: where from; the length is 0 if that has no name, or the caller has no room. */
  struct sockaddr_storage source;
  socklen_t source_len;
  bool wants_source;
  bool reads; /* receiving: read(2), which has no use for control messages */
  /* Control messages: sending, what there is; receiving, the room that is left. */
  char *control;
  size_t control_len;
  bool has_control; /* receiving: there is a buffer, if of no length */
  int out_flags;    /* receiving: msg_flags */
};

/* All of them return a value or -errno. fd is the number that f was looked up by. */
struct socket_family {
  int (*bind)(struct file *f, const struct sockaddr *addr, socklen_t len);
  /* backlog: within the limits of the system. */
  int (*listen)(struct file *f, int backlog);
  int (*connect)(struct file *f, int fd, const struct sockaddr *addr, socklen_t len);
  /* flags: SOCK_CLOEXEC, SOCK_NONBLOCK. addr may be NULL. */
  int (*accept)(struct file *f, int fd, struct sockaddr *addr, socklen_t *len, int flags);
  int (*shutdown)(struct file *f, int how);
  int (*name)(struct file *f, struct sockaddr *addr, socklen_t *len, bool peer);
  int (*get_option)(struct file *f, int level, int name, void *value, socklen_t *len);
  int (*set_option)(struct file *f, int level, int name, const void *value, socklen_t len);
  ssize_t (*send)(struct file *f, int fd, struct socket_message *m, int flags);
  ssize_t (*receive)(struct file *f, int fd, struct socket_message *m, int flags);
  /* read(2) and write(2) of nodes that leave it to the family: socket_read(), socket_write(). */
  ssize_t (*read)(struct file *f, int fd, struct iov_iter *it, bool nonblock);
  ssize_t (*write)(struct file *f, int fd, struct iov_iter *it, bool nonblock, bool nosignal);
};

/* They are receive and send without an address. */
ssize_t socket_read(struct file *f, int fd, struct iov_iter *it, bool nonblock);
ssize_t socket_write(struct file *f, int fd, struct iov_iter *it, bool nonblock, bool nosignal);

/* Of the number that a call gave out last, as the O_ flags of its description. type: SOCK_*. */
int socket_descriptor_flags(int type);

/* Checks what socket(2) was asked for, without its flags. 0 or -errno. */
int socket_check_kind(int domain, int type, int protocol);

/* Whether a call is not to wait: O_NONBLOCK or MSG_DONTWAIT. */
bool socket_is_nonblocking(const struct file *f, int flags);

/* ---- System calls ---------------------------------------------------------------------------- */

int sock_socket(int domain, int type, int protocol);
int sock_socketpair(int domain, int type, int protocol, int fds[2]);
int sock_bind(int fd, const struct sockaddr *addr, socklen_t len);
int sock_listen(int fd, int backlog);
int sock_connect(int fd, const struct sockaddr *addr, socklen_t len);
int sock_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags);
int sock_shutdown(int fd, int how);
int sock_getsockname(int fd, struct sockaddr *addr, socklen_t *len);
int sock_getpeername(int fd, struct sockaddr *addr, socklen_t *len);
int sock_getsockopt(int fd, int level, int name, void *value, socklen_t *len);
int sock_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
ssize_t sock_sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *to,
                    socklen_t to_len);
ssize_t sock_recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *from,
                      socklen_t *from_len);
ssize_t sock_sendmsg(int fd, const struct msghdr *msg, int flags);
ssize_t sock_recvmsg(int fd, struct msghdr *msg, int flags);

#endif
