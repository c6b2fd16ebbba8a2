/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The wrappers of system calls. Those that libc makes are wrapped at libc's border, so that stdio's
 * are among them; where emwake has a function of libc's own, that is it. tools/emwake_build.py lists the
 * names from here.
 */
#define _GNU_SOURCE
#include <emscripten/syscalls.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <wasi/api.h>

#include "trace.h"

static void record(const char *name, const char *format, const int64_t *args, double begin,
                   int64_t result) {
  struct trace_event e = {
    .begin = begin, .end = emwake_trace_now(), .kind = TRACE_CALL, .result = (int)result};
  emwake_trace_format(e.text, sizeof e.text, name, format, args, result);
  emwake_trace_add(&e);
}

/* A: an argument as it is recorded. */
#define A(x) ((int64_t)(x))

/* params and args in parentheses; what is recorded follows; result: of r, negative if it failed. */
#define TRACED(type, symbol, name, params, args, format, result, ...)                              \
  type __real_##symbol params;                                                                     \
  type __wrap_##symbol params {                                                                    \
    if (!emwake_trace_on) return __real_##symbol args;                                             \
    double begin = emwake_trace_now();                                                             \
    type r = __real_##symbol args;                                                                 \
    record(name, format, (int64_t[]){__VA_ARGS__}, begin, result);                                 \
    return r;                                                                                      \
  }

/* System calls, which return a negative errno. */
#define CALL(symbol, name, params, args, format, ...)                                              \
  TRACED(int, symbol, name, params, args, format, r, __VA_ARGS__)

/* Functions of libc, which set errno. */
#define FUNCTION(symbol, params, args, format, ...)                                                \
  TRACED(int, symbol, #symbol, params, args, format, r < 0 ? -errno : r, __VA_ARGS__)

/* ---- Bytes ------------------------------------------------------------------------------------- */

TRACED(__wasi_errno_t, __wasi_fd_read, "read",
       (__wasi_fd_t fd, const __wasi_iovec_t *iov, size_t n, __wasi_size_t *done),
       (fd, iov, n, done), "dI", r ? -(int)r : (int)*done, A(fd), A(iov), A(n))
TRACED(__wasi_errno_t, __wasi_fd_write, "write",
       (__wasi_fd_t fd, const __wasi_ciovec_t *iov, size_t n, __wasi_size_t *done),
       (fd, iov, n, done), "dW", r ? -(int)r : (int)*done, A(fd), A(iov), A(n))
TRACED(__wasi_errno_t, __wasi_fd_close, "close", (__wasi_fd_t fd), (fd), "d", -(int)r, A(fd))
TRACED(ssize_t, readv, "readv", (int fd, const struct iovec *iov, int n), (fd, iov, n), "dI",
       r < 0 ? -errno : r, A(fd), A(iov), A(n))
TRACED(ssize_t, writev, "writev", (int fd, const struct iovec *iov, int n), (fd, iov, n), "dW",
       r < 0 ? -errno : r, A(fd), A(iov), A(n))

/* ---- Descriptors ------------------------------------------------------------------------------- */

int __real___syscall_openat(int dirfd, const char *path, int flags, ...);
int __wrap___syscall_openat(int dirfd, const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = va_arg(rest, int);
  va_end(rest);
  double begin = emwake_trace_now();
  int r = __real___syscall_openat(dirfd, path, flags, mode);
  if (emwake_trace_on) {
    record("openat", "dsx", (int64_t[]){dirfd, A(path), flags}, begin, r);
  }
  return r;
}

int __real___syscall_fcntl64(int fd, int cmd, ...);
int __wrap___syscall_fcntl64(int fd, int cmd, ...) {
  va_list rest;
  va_start(rest, cmd);
  intptr_t arg = va_arg(rest, intptr_t);
  va_end(rest);
  double begin = emwake_trace_now();
  int r = __real___syscall_fcntl64(fd, cmd, arg);
  if (emwake_trace_on) {
    record("fcntl", "ddx", (int64_t[]){fd, cmd, arg}, begin, r);
  }
  return r;
}

int __real___syscall_ioctl(int fd, int request, ...);
int __wrap___syscall_ioctl(int fd, int request, ...) {
  va_list rest;
  va_start(rest, request);
  intptr_t arg = va_arg(rest, intptr_t);
  va_end(rest);
  double begin = emwake_trace_now();
  int r = __real___syscall_ioctl(fd, request, arg);
  if (emwake_trace_on) {
    record("ioctl", "dxx", (int64_t[]){fd, request, arg}, begin, r);
  }
  return r;
}

CALL(__syscall_dup, "dup", (int fd), (fd), "d", A(fd))
CALL(__syscall_dup3, "dup3", (int from, int to, int flags), (from, to, flags), "ddx", A(from),
     A(to), A(flags))
CALL(__syscall_pipe2, "pipe2", (int *fds, int flags), (fds, flags), "Dx", A(fds), A(flags))
CALL(__syscall_fstat64, "fstat", (int fd, struct stat *to), (fd, to), "dp", A(fd), A(to))
FUNCTION(eventfd, (unsigned initial, int flags), (initial, flags), "dx", A(initial), A(flags))
FUNCTION(timerfd_create, (int clock, int flags), (clock, flags), "dx", A(clock), A(flags))

/* ---- Waiting ----------------------------------------------------------------------------------- */

FUNCTION(poll, (struct pollfd * fds, nfds_t n, int timeout), (fds, n, timeout), "fd", A(fds), A(n),
         A(timeout))
FUNCTION(ppoll,
         (struct pollfd * fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask),
         (fds, n, timeout, mask), "ftp", A(fds), A(n), A(timeout), A(mask))
FUNCTION(select, (int n, fd_set *in, fd_set *out, fd_set *bad, struct timeval *timeout),
         (n, in, out, bad, timeout), "dpppp", A(n), A(in), A(out), A(bad), A(timeout))
CALL(__syscall_epoll_create1, "epoll_create1", (int flags), (flags), "x", A(flags))
CALL(__syscall_epoll_ctl, "epoll_ctl", (int epfd, int op, int fd, struct epoll_event *event),
     (epfd, op, fd, event), "dode", A(epfd), A(op), A(fd), A(event))
CALL(__syscall_epoll_pwait, "epoll_pwait",
     (int epfd, struct epoll_event *events, int max, int timeout, const sigset_t *mask,
      size_t size),
     (epfd, events, max, timeout, mask, size), "dEdd", A(epfd), A(events), A(max), A(timeout))
TRACED(int, __clock_nanosleep, "clock_nanosleep",
       (clockid_t clock, int flags, const struct timespec *time, struct timespec *left),
       (clock, flags, time, left), "dxt", -r, A(clock), A(flags), A(time))

/* ---- Sockets ----------------------------------------------------------------------------------- */

CALL(__syscall_socket, "socket", (int domain, int type, int protocol, int a, int b, int c),
     (domain, type, protocol, a, b, c), "myd", A(domain), A(type), A(protocol))
FUNCTION(socketpair, (int domain, int type, int protocol, int *fds), (domain, type, protocol, fds),
         "mydD", A(domain), A(type), A(protocol), A(fds))
CALL(__syscall_bind, "bind",
     (int fd, const struct sockaddr *to, socklen_t len, int a, int b, int c),
     (fd, to, len, a, b, c), "da", A(fd), A(to), A(len))
CALL(__syscall_listen, "listen", (int fd, int backlog, int a, int b, int c, int d),
     (fd, backlog, a, b, c, d), "dd", A(fd), A(backlog))
CALL(__syscall_connect, "connect",
     (int fd, const struct sockaddr *to, socklen_t len, int a, int b, int c),
     (fd, to, len, a, b, c), "da", A(fd), A(to), A(len))
CALL(__syscall_accept4, "accept4",
     (int fd, struct sockaddr *from, socklen_t *len, int flags, int a, int b),
     (fd, from, len, flags, a, b), "dppx", A(fd), A(from), A(len), A(flags))
CALL(__syscall_shutdown, "shutdown", (int fd, int how, int a, int b, int c, int d),
     (fd, how, a, b, c, d), "dd", A(fd), A(how))
CALL(__syscall_sendto, "sendto",
     (int fd, const void *buf, size_t len, int flags, const struct sockaddr *to, socklen_t to_len),
     (fd, buf, len, flags, to, to_len), "dwxa", A(fd), A(buf), A(len), A(flags), A(to), A(to_len))
CALL(__syscall_recvfrom, "recvfrom",
     (int fd, void *buf, size_t len, int flags, struct sockaddr *from, socklen_t *from_len),
     (fd, buf, len, flags, from, from_len), "drxp", A(fd), A(buf), A(len), A(flags), A(from))
CALL(__syscall_sendmsg, "sendmsg", (int fd, const struct msghdr *m, int flags, int a, int b, int c),
     (fd, m, flags, a, b, c), "dpx", A(fd), A(m), A(flags))
CALL(__syscall_recvmsg, "recvmsg", (int fd, struct msghdr *m, int flags, int a, int b, int c),
     (fd, m, flags, a, b, c), "dpx", A(fd), A(m), A(flags))
CALL(__syscall_getsockopt, "getsockopt",
     (int fd, int level, int name, void *value, socklen_t *len, int a),
     (fd, level, name, value, len, a), "dddpp", A(fd), A(level), A(name), A(value), A(len))
CALL(__syscall_setsockopt, "setsockopt",
     (int fd, int level, int name, const void *value, socklen_t len, int a),
     (fd, level, name, value, len, a), "dddpd", A(fd), A(level), A(name), A(value), A(len))
