/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The system calls that the interpreter makes: libc's, natively and in wasm, or, with FUZZ_CORE,
 * those of system/lib/syscall over the core built natively (calls_core.c). Either has libc's convention: -1 and errno.
 */
#ifndef EMWAKE_FUZZ_CALLS_H
#define EMWAKE_FUZZ_CALLS_H

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

/* Numbers are below this: few enough to use all of them up. */
#define FUZZ_MAX_FDS 4096

/* Before the first sequence. */
void calls_begin(void);

/* SIGPIPEs so far. */
int calls_sigpipes(void);

/* A regular file, empty; /dev/null. */
int calls_open_file(int flags);
int calls_open_null(int flags);

/* SIGUSR1 and SIGUSR2, which are blocked. */
static inline sigset_t calls_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGUSR2);
  return set;
}

/* Sends one of them to the process; takes back what is pending of them. */
int calls_raise(int sig);
void calls_drop_signals(void);

/* The FIFO that there is. */
int calls_open_fifo(int flags);

/* Whether fd is one of these: its flags and contents are those of Emscripten's file systems. */
bool calls_is_file(int fd);

/* When a sequence has closed its descriptors: aborts if something is left of them. */
void calls_check_leaks(void);

#ifdef FUZZ_CORE
int core_close(int fd);
int core_pipe2(int fds[2], int flags);
int core_eventfd(unsigned count, int flags);
int core_dup(int fd);
int core_dup2(int fd, int to);
int core_dup3(int fd, int to, int flags);
int core_fcntl(int fd, int cmd, ...);
int core_ioctl(int fd, unsigned long request, ...);
ssize_t core_read(int fd, void *buf, size_t len);
ssize_t core_readv(int fd, const struct iovec *iov, int n);
ssize_t core_write(int fd, const void *buf, size_t len);
ssize_t core_writev(int fd, const struct iovec *iov, int n);
int core_poll(struct pollfd *fds, nfds_t n, int timeout);
int core_select(int n, fd_set *r, fd_set *w, fd_set *e, struct timeval *timeout);
int core_epoll_create1(int flags);
int core_epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);
int core_epoll_wait(int epfd, struct epoll_event *events, int max, int timeout);
int core_shutdown(int fd, int how);
ssize_t core_send(int fd, const void *buf, size_t len, int flags);
ssize_t core_recv(int fd, void *buf, size_t len, int flags);
ssize_t core_sendmsg(int fd, const struct msghdr *m, int flags);
ssize_t core_recvmsg(int fd, struct msghdr *m, int flags);
int core_getsockopt(int fd, int level, int name, void *value, socklen_t *len);
int core_socketpair(int domain, int type, int protocol, int fds[2]);
int core_socket(int domain, int type, int protocol);
int core_bind(int fd, const struct sockaddr *addr, socklen_t len);
int core_listen(int fd, int backlog);
int core_getsockname(int fd, struct sockaddr *addr, socklen_t *len);
int core_connect(int fd, const struct sockaddr *addr, socklen_t len);
int core_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags);
int core_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
int core_signalfd(int fd, const sigset_t *mask, int flags);
int core_timerfd_create(int clock, int flags);
int core_timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old);

#define close core_close
#define pipe2 core_pipe2
#define eventfd core_eventfd
#define dup core_dup
#define dup2 core_dup2
#define dup3 core_dup3
#define fcntl core_fcntl
#define ioctl core_ioctl
#define read core_read
#define readv core_readv
#define write core_write
#define writev core_writev
#define poll core_poll
#define select core_select
#define epoll_create1 core_epoll_create1
#define epoll_ctl core_epoll_ctl
#define epoll_wait core_epoll_wait
#define shutdown core_shutdown
#define send core_send
#define recv core_recv
#define sendmsg core_sendmsg
#define recvmsg core_recvmsg
#define getsockopt core_getsockopt
#define socketpair core_socketpair
#define socket(domain, type, protocol) core_socket(domain, type, protocol)
#define bind core_bind
#define listen core_listen
#define getsockname core_getsockname
#define connect core_connect
#define accept4 core_accept4
#define setsockopt core_setsockopt
#define signalfd core_signalfd
#define timerfd_create core_timerfd_create
#define timerfd_settime core_timerfd_settime
#endif

#endif
