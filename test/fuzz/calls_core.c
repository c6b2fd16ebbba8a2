/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The interpreter's calls over the core built natively: through system/lib/syscall, compiled with
 * stand-ins for what stock Emscripten and libc do around it. The sources of system/lib/syscall that define a function
 * of libc's name are compiled with that name changed to core_* (build.py).
 */
#include "calls.h"

#undef close
#undef dup
#undef read
#undef write

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wasi/api.h>

#include "fifo.h"
#include "file.h"
#include "host.h"
#include "host_native.h"
#include "kmem.h"
#include "signal.h"
#include "socket.h"
#include "socket_loopback.h"
#include "std_fd.h"

/* ---- What is in system/lib/syscall ------------------------------------------------------------- */

__wasi_errno_t __wasi_fd_read(__wasi_fd_t fd, const __wasi_iovec_t *iov, size_t n,
                              __wasi_size_t *done);
__wasi_errno_t __wasi_fd_write(__wasi_fd_t fd, const __wasi_ciovec_t *iov, size_t n,
                               __wasi_size_t *done);
__wasi_errno_t __wasi_fd_close(__wasi_fd_t fd);
int __syscall_pipe2(int fds[2], int flags);
int __syscall_fcntl64(int fd, int cmd, ...);
int __syscall_ioctl(int fd, int request, ...);
int __syscall_dup(int fd);
int __syscall_dup3(int fd, int to, int flags);
int __syscall_epoll_create1(int flags);
int __syscall_epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);
int __syscall_epoll_pwait(int epfd, struct epoll_event *events, int max, int timeout,
                          const sigset_t *mask, size_t mask_size);
int __syscall_shutdown(int fd, int how, int, int, int, int);
int __syscall_sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *addr,
                     socklen_t addr_len);
int __syscall_recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *addr,
                       socklen_t *addr_len);
int __syscall_sendmsg(int fd, const struct msghdr *m, int flags, int, int, int);
int __syscall_recvmsg(int fd, struct msghdr *m, int flags, int, int, int);
int __syscall_getsockopt(int fd, int level, int name, void *value, socklen_t *len, int);

static int result(int r) {
  if (r < 0) {
    errno = -r;
    return -1;
  }
  return r;
}

/* ---- libc, as musl has it ---------------------------------------------------------------------- */

ssize_t core_read(int fd, void *buf, size_t len) {
  __wasi_iovec_t iov = {.buf = buf, .buf_len = len};
  __wasi_size_t done = 0;
  __wasi_errno_t err = __wasi_fd_read(fd, &iov, 1, &done);
  return err ? result(-err) : (ssize_t)done;
}

ssize_t core_write(int fd, const void *buf, size_t len) {
  __wasi_ciovec_t iov = {.buf = buf, .buf_len = len};
  __wasi_size_t done = 0;
  __wasi_errno_t err = __wasi_fd_write(fd, &iov, 1, &done);
  return err ? result(-err) : (ssize_t)done;
}

int core_close(int fd) {
  return result(-__wasi_fd_close(fd));
}

int core_pipe2(int fds[2], int flags) {
  return result(__syscall_pipe2(fds, flags));
}

int core_fcntl(int fd, int cmd, ...) {
  va_list ap;
  va_start(ap, cmd);
  long arg = va_arg(ap, long);
  va_end(ap);
  return result(__syscall_fcntl64(fd, cmd, arg));
}

int core_ioctl(int fd, unsigned long request, ...) {
  va_list ap;
  va_start(ap, request);
  void *arg = va_arg(ap, void *);
  va_end(ap);
  return result(__syscall_ioctl(fd, (int)request, arg));
}

int core_dup2(int fd, int to) {
  if (fd == to) {
    return core_fcntl(fd, F_GETFD) < 0 ? -1 : fd;
  }
  return result(__syscall_dup3(fd, to, 0));
}

int core_dup3(int fd, int to, int flags) {
  return fd == to ? result(-EINVAL) : result(__syscall_dup3(fd, to, flags));
}

int core_epoll_create1(int flags) {
  return result(__syscall_epoll_create1(flags));
}

int core_epoll_ctl(int epfd, int op, int fd, struct epoll_event *event) {
  return result(__syscall_epoll_ctl(epfd, op, fd, event));
}

int core_epoll_wait(int epfd, struct epoll_event *events, int max, int timeout) {
  return result(__syscall_epoll_pwait(epfd, events, max, timeout, NULL, 0));
}

int core_shutdown(int fd, int how) {
  return result(__syscall_shutdown(fd, how, 0, 0, 0, 0));
}

ssize_t core_send(int fd, const void *buf, size_t len, int flags) {
  return result(__syscall_sendto(fd, buf, len, flags, NULL, 0));
}

ssize_t core_recv(int fd, void *buf, size_t len, int flags) {
  return result(__syscall_recvfrom(fd, buf, len, flags, NULL, NULL));
}

ssize_t core_sendmsg(int fd, const struct msghdr *m, int flags) {
  return result(__syscall_sendmsg(fd, m, flags, 0, 0, 0));
}

ssize_t core_recvmsg(int fd, struct msghdr *m, int flags) {
  return result(__syscall_recvmsg(fd, m, flags, 0, 0, 0));
}

int core_getsockopt(int fd, int level, int name, void *value, socklen_t *len) {
  return result(__syscall_getsockopt(fd, level, name, value, len, 0));
}

int core_socket(int domain, int type, int protocol) {
  return result(sock_socket(domain, type, protocol));
}

int core_bind(int fd, const struct sockaddr *addr, socklen_t len) {
  return result(sock_bind(fd, addr, len));
}

int core_listen(int fd, int backlog) {
  return result(sock_listen(fd, backlog));
}

int core_getsockname(int fd, struct sockaddr *addr, socklen_t *len) {
  return result(sock_getsockname(fd, addr, len));
}

int core_connect(int fd, const struct sockaddr *addr, socklen_t len) {
  return result(sock_connect(fd, addr, len));
}

int core_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags) {
  return result(sock_accept4(fd, addr, len, flags));
}

int core_setsockopt(int fd, int level, int name, const void *value, socklen_t len) {
  return result(sock_setsockopt(fd, level, name, value, len));
}

/* ---- Stock Emscripten -------------------------------------------------------------------------- */

int core_dup(int fd) {
  return result(native_dup(fd));
}

int stock_fcntl(int fd, int cmd, ...) {
  va_list ap;
  va_start(ap, cmd);
  int arg = va_arg(ap, int);
  va_end(ap);
  struct file *f = file_get(fd);
  if (!f) {
    return -EBADF;
  }
  file_put(f);
  if (cmd != F_DUPFD || arg < 0) {
    return -EINVAL;
  }
  int copy = native_dup_from(fd, arg);
  if (copy >= FUZZ_MAX_FDS) {
    host_fd_close(copy);
    return -EMFILE;
  }
  return copy;
}

int stock_dup3(int fd, int to, int flags) {
  (void)flags;
  struct file *f = file_get(fd);
  if (!f) {
    return -EBADF;
  }
  file_put(f);
  return to < 0 || to >= FUZZ_MAX_FDS ? -EBADF : native_dup2(fd, to);
}

int stock_ioctl(int fd, int request, ...) {
  (void)fd;
  (void)request;
  return -EBADF;
}

__wasi_errno_t stock_fd_read(__wasi_fd_t fd, const __wasi_iovec_t *iov, size_t n,
                             __wasi_size_t *done) {
  (void)fd;
  (void)iov;
  (void)n;
  (void)done;
  return EBADF;
}

__wasi_errno_t stock_fd_write(__wasi_fd_t fd, const __wasi_ciovec_t *iov, size_t n,
                              __wasi_size_t *done) {
  return stock_fd_read(fd, (const __wasi_iovec_t *)iov, n, done);
}

const struct socket_ops *socket_backend(int domain, int type) {
  (void)domain;
  (void)type;
  return socket_loopback_ops();
}

/* Nor standard descriptors. */
void emwake_std_init(void) {
}

/* ---- Regular files, of the kernel's own -------------------------------------------------------- */

struct kernel_file {
  struct node node;
  int fd;
};

static int kernel_file_poll(struct node *n) {
  (void)n;
  return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
}

static ssize_t kernel_file_read(struct file *f, struct iov_iter *it) {
  char buf[4096];
  ssize_t n =
    read(((struct kernel_file *)f->node)->fd, buf, it->count < sizeof buf ? it->count : sizeof buf);
  iov_iter_copy_to(it, buf, n > 0 ? (size_t)n : 0);
  return n < 0 ? -errno : n;
}

static ssize_t kernel_file_write(struct file *f, struct iov_iter *it) {
  char buf[4096];
  size_t n = iov_iter_copy_from(it, buf, sizeof buf);
  ssize_t r = write(((struct kernel_file *)f->node)->fd, buf, n);
  return r < 0 ? -errno : r;
}

static void kernel_file_close(struct node *n) {
  close(((struct kernel_file *)n)->fd);
}

static void kernel_file_free(struct node *n) {
  kmem_free(n, sizeof(struct kernel_file));
}

static const struct node_ops kernel_file_ops = {
  .name = "file",
  .always_ready = true,
  .poll = kernel_file_poll,
  .read = kernel_file_read,
  .write = kernel_file_write,
  .close = kernel_file_close,
  .free = kernel_file_free,
};

static int open_kernel_file(int fd, int flags) {
  struct kernel_file *k = kmem_alloc(sizeof *k);
  node_init(&k->node, &kernel_file_ops);
  k->fd = fd;
  return result(fd_open(&k->node, O_RDWR | flags));
}

int calls_open_file(int flags) {
  FILE *f = tmpfile();
  int fd = dup(fileno(f));
  fclose(f);
  return open_kernel_file(fd, flags);
}

int calls_open_null(int flags) {
  return open_kernel_file(open("/dev/null", O_RDWR), flags);
}

/* What sys_mknod.c does with an inode. */
int calls_open_fifo(int flags) {
  struct node *end;
  int err = fifo_open(1, flags, &end);
  return result(err ? err : fd_open(end, flags));
}

bool calls_is_file(int fd) {
  struct file *f = file_get(fd);
  bool is = f && f->node->ops == &kernel_file_ops;
  if (f) {
    file_put(f);
  }
  return is;
}

/* ---- The interpreter's world ------------------------------------------------------------------- */

int calls_raise(int sig) {
  siginfo_t info = signal_info(sig, SI_USER);
  return result(signal_send(sig, &info));
}

void calls_drop_signals(void) {
  sigset_t set = calls_signals();
  siginfo_t info;
  while (signal_wait(&set, &info, 0) > 0) {
  }
}

static long blocks_at_rest;

/* Not SIG_IGN: a signal that is ignored is not sent. */
static void ignore(int sig) {
  (void)sig;
}

/* The table of descriptors keeps the chunks that it once needed. */
void calls_begin(void) {
  native_alone(NULL, NULL);
  native_first_fd(3);
  native_limit_fds(FUZZ_MAX_FDS - 3);
  sigset_t set = calls_signals();
  signal_mask(SIG_BLOCK, &set, NULL);
  signal_action(SIGPIPE, &(struct sigaction){.sa_handler = ignore}, NULL);
  int fd = core_eventfd(0, 0);
  for (int to = 0; to <= FUZZ_MAX_FDS; to += 256) {
    native_dup2(fd, to);
    host_fd_close(to);
  }
  host_fd_close(fd);
  blocks_at_rest = native_live_blocks();
}

int calls_sigpipes(void) {
  return native_sigpipes();
}

void calls_check_leaks(void) {
  if (native_open_fds() || native_live_blocks() != blocks_at_rest) {
    fprintf(stderr, "fuzz: %d descriptors and %ld blocks are left\n", native_open_fds(),
            native_live_blocks() - blocks_at_rest);
    abort();
  }
}
