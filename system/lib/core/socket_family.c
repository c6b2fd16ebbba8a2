/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The system calls on a socket, whatever its family: the part of net/socket.c.
 */
#define _GNU_SOURCE
#include "socket_family.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "sock_address.h"
#include "user_memory.h"

/* net.core.somaxconn */
#define MAX_BACKLOG 4096
#define MAX_SEGMENTS 1024 /* UIO_MAXIOV */

bool socket_is_nonblocking(const struct file *f, int flags) {
  return (f->flags & O_NONBLOCK) || (flags & MSG_DONTWAIT);
}

/* The description behind fd, with a reference. Returns 0, -EBADF or -ENOTSOCK. */
static int get_socket(int fd, struct file **f) {
  *f = file_get(fd);
  if (!*f) {
    struct node *n = node_of_fd(fd);
    if (!n) {
      return -EBADF;
    }
    node_put(n);
    return -ENOTSOCK;
  }
  if (!(*f)->node->ops->socket) {
    file_put(*f);
    return -ENOTSOCK;
  }
  return 0;
}

static const struct socket_family *family_of(const struct file *f) {
  return f->node->ops->socket;
}

/* ---- Names and connections ------------------------------------------------------------------- */

int sock_bind(int fd, const struct sockaddr *addr, socklen_t len) {
  struct file *f;
  int err = get_socket(fd, &f);
  if (err) {
    return err;
  }
  err = family_of(f)->bind(f, addr, len);
  file_put(f);
  return err;
}

/* r, of a call that may have waited: waiter_pass(). */
static ssize_t passed(struct file *f, int flags, ssize_t r) {
  if (!socket_is_nonblocking(f, flags)) {
    waiter_pass();
  }
  return r;
}

int sock_listen(int fd, int backlog) {
  struct file *f;
  int err = get_socket(fd, &f);
  if (err) {
    return err;
  }
  err = family_of(f)->listen(f, (unsigned)backlog > MAX_BACKLOG ? MAX_BACKLOG : backlog);
  file_put(f);
  return err;
}

int sock_connect(int fd, const struct sockaddr *addr, socklen_t len) {
  struct file *f;
  int err = get_socket(fd, &f);
  if (err) {
    return err;
  }
  err = family_of(f)->connect(f, fd, addr, len);
  file_put(f);
  return err;
}

int sock_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags) {
  struct file *f;
  if (flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK)) {
    return -EINVAL;
  }
  int r = get_socket(fd, &f);
  if (r) {
    return r;
  }
  r = (int)passed(f, 0, family_of(f)->accept(f, fd, addr, len, flags));
  file_put(f);
  return r;
}

int sock_shutdown(int fd, int how) {
  struct file *f;
  int err = get_socket(fd, &f);
  if (err) {
    return err;
  }
  err = family_of(f)->shutdown(f, how);
  file_put(f);
  return err;
}

static int get_name(int fd, struct sockaddr *addr, socklen_t *len, bool peer) {
  struct file *f;
  int err = get_socket(fd, &f);
  if (err) {
    return err;
  }
  err = family_of(f)->name(f, addr, len, peer);
  file_put(f);
  return err;
}

int sock_getsockname(int fd, struct sockaddr *addr, socklen_t *len) {
  return get_name(fd, addr, len, false);
}

int sock_getpeername(int fd, struct sockaddr *addr, socklen_t *len) {
  return get_name(fd, addr, len, true);
}

/* ---- Options --------------------------------------------------------------------------------- */

int sock_getsockopt(int fd, int level, int name, void *value, socklen_t *len) {
  struct file *f;
  int err = get_socket(fd, &f);
  if (err) {
    return err;
  }
  err = family_of(f)->get_option(f, level, name, value, len);
  file_put(f);
  return err;
}

int sock_setsockopt(int fd, int level, int name, const void *value, socklen_t len) {
  struct file *f;
  int err = get_socket(fd, &f);
  if (err) {
    return err;
  }
  err = (int)len < 0 ? -EINVAL : family_of(f)->set_option(f, level, name, value, len);
  file_put(f);
  return err;
}

/* ---- Messages -------------------------------------------------------------------------------- */

ssize_t sock_sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *to,
                    socklen_t to_len) {
  struct file *f;
  struct iovec seg;
  struct socket_message m = {.to = to, .to_len = to_len};
  ssize_t r = get_socket(fd, &f);
  if (r) {
    return r;
  }
  r = user_range_ok(buf, len) ? iov_iter_init_buf(&m.data, &seg, buf, len) : -EFAULT;
  if (!r) {
    r = passed(f, flags, family_of(f)->send(f, fd, &m, flags));
  }
  file_put(f);
  return r;
}

static int check_list(const struct iov_iter *it) {
  for (int i = 0; i < it->segments; i++) {
    if (!user_range_ok(it->iov[i].iov_base, it->iov[i].iov_len)) {
      return -EFAULT;
    }
  }
  return 0;
}

/* copy_msghdr_from_user() */
static int message_in(struct socket_message *m, const struct msghdr *msg) {
  if (!user_range_ok(msg, sizeof *msg)) {
    return -EFAULT;
  }
  if ((int)msg->msg_namelen < 0) {
    return -EINVAL;
  }
  if ((size_t)msg->msg_iovlen > MAX_SEGMENTS) {
    return -EMSGSIZE;
  }
  if (!user_range_ok(msg->msg_iov, (size_t)msg->msg_iovlen * sizeof *msg->msg_iov)) {
    return -EFAULT;
  }
  *m = (struct socket_message){.has_control = msg->msg_control};
  int err = iov_iter_init(&m->data, msg->msg_iov, (int)msg->msg_iovlen);
  return err ? err : check_list(&m->data);
}

static int outgoing(struct socket_message *m, const struct msghdr *msg) {
  socklen_t len = msg->msg_namelen;
  if (len > sizeof(struct sockaddr_storage)) {
    len = sizeof(struct sockaddr_storage);
  }
  m->to = len ? msg->msg_name : NULL;
  m->to_len = len;
  if ((size_t)msg->msg_controllen > INT_MAX) {
    return -ENOBUFS;
  }
  if (!user_range_ok(msg->msg_control, (size_t)msg->msg_controllen)) {
    return -EFAULT;
  }
  m->control = msg->msg_control;
  m->control_len = (size_t)msg->msg_controllen;
  return 0;
}

ssize_t sock_sendmsg(int fd, const struct msghdr *msg, int flags) {
  struct file *f;
  struct socket_message m;
  ssize_t r = get_socket(fd, &f);
  if (r) {
    return r;
  }
  r = message_in(&m, msg);
  if (!r) {
    r = outgoing(&m, msg);
  }
  if (!r) {
    r = passed(f, flags, family_of(f)->send(f, fd, &m, flags));
  }
  file_put(f);
  return r;
}

ssize_t sock_recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *from,
                      socklen_t *from_len) {
  struct file *f;
  struct iovec seg;
  struct socket_message m = {.wants_source = from};
  ssize_t r = get_socket(fd, &f);
  if (r) {
    return r;
  }
  r = user_range_ok(buf, len) ? iov_iter_init_buf(&m.data, &seg, buf, len) : -EFAULT;
  if (!r) {
    r = passed(f, flags, family_of(f)->receive(f, fd, &m, flags));
  }
  if (r >= 0 && from) {
    int err = sock_name_out(&m.source, m.source_len, from, from_len);
    r = err ? err : r;
  }
  file_put(f);
  return r;
}

static int incoming(struct socket_message *m, const struct msghdr *msg) {
  m->wants_source = msg->msg_name;
  if (msg->msg_control && !user_range_ok(msg->msg_control, (size_t)msg->msg_controllen)) {
    return -EFAULT;
  }
  m->control = msg->msg_control;
  m->control_len = msg->msg_control ? (size_t)msg->msg_controllen : 0;
  return 0;
}

/* ____sys_recvmsg() */
static int message_out(const struct socket_message *m, struct msghdr *msg) {
  if (msg->msg_name) {
    socklen_t len = msg->msg_namelen;
    int err = sock_name_out(&m->source, m->source_len, msg->msg_name, &len);
    if (err) {
      return err;
    }
    msg->msg_namelen = len;
  }
  msg->msg_flags = m->out_flags;
  msg->msg_controllen = msg->msg_control ? msg->msg_controllen - m->control_len : 0;
  return 0;
}

ssize_t sock_recvmsg(int fd, struct msghdr *msg, int flags) {
  struct file *f;
  struct socket_message m;
  ssize_t r = get_socket(fd, &f);
  if (r) {
    return r;
  }
  r = message_in(&m, msg);
  if (!r) {
    r = incoming(&m, msg);
  }
  if (!r) {
    m.out_flags = flags & MSG_CMSG_CLOEXEC;
    r = passed(f, flags, family_of(f)->receive(f, fd, &m, flags));
  }
  if (r >= 0) {
    int err = message_out(&m, msg);
    r = err ? err : r;
  }
  file_put(f);
  return r;
}

/* ---- As a file ------------------------------------------------------------------------------- */

/* sock_read_iter() */
ssize_t socket_read(struct file *f, int fd, struct iov_iter *it, bool nonblock) {
  struct socket_message m = {.data = *it, .reads = true};
  int flags = nonblock ? MSG_DONTWAIT : 0;
  return it->count ? passed(f, flags, family_of(f)->receive(f, fd, &m, flags)) : 0;
}

ssize_t socket_write(struct file *f, int fd, struct iov_iter *it, bool nonblock, bool nosignal) {
  struct socket_message m = {.data = *it};
  int flags = (nonblock ? MSG_DONTWAIT : 0) | (nosignal ? MSG_NOSIGNAL : 0);
  return passed(f, flags, family_of(f)->send(f, fd, &m, flags));
}
