// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pthread_cancel(3), pthreads(7): a thread that is blocked in a cancellation point ends, its clean-up
// handlers run, and it lets go of what it waited on; one that is pending acts before the call does
// anything, and a disabled one not at all.
// needs: threads wait

#include "net.h"
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/uio.h>

static int fd, handlers;

static void in_read(void) {
  char c;
  read(fd, &c, 1);
}

static void in_readv(void) {
  char c;
  struct iovec v = {&c, 1};
  readv(fd, &v, 1);
}

static void in_write(void) {
  write(fd, "x", 1);
}

static void in_poll(void) {
  struct pollfd p = {fd, POLLIN, 0};
  poll(&p, 1, -1);
}

static void in_ppoll(void) {
  struct pollfd p = {fd, POLLIN, 0};
  sigset_t none;
  sigemptyset(&none);
  ppoll(&p, 1, NULL, &none);
}

static void in_select(void) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  select(fd + 1, &set, NULL, NULL, NULL);
}

static void in_pselect(void) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  pselect(fd + 1, &set, NULL, NULL, NULL, NULL);
}

static void in_epoll_wait(void) {
  struct epoll_event event;
  epoll_wait(fd, &event, 1, -1);
}

static void in_accept(void) {
  accept(fd, NULL, NULL);
}

static void in_recv(void) {
  char c;
  recv(fd, &c, 1, 0);
}

static void in_recvmsg(void) {
  char c;
  struct iovec v = {&c, 1};
  struct msghdr msg = {.msg_iov = &v, .msg_iovlen = 1};
  recvmsg(fd, &msg, 0);
}

static void in_eventfd(void) {
  eventfd_t value;
  eventfd_read(fd, &value);
}

static void handler(void *arg) {
  handlers += *(int *)arg;
}

static void *run(void *call) {
  pthread_cleanup_push(handler, (&(int){1}));
  (*(void (**)(void))call)();
  pthread_cleanup_pop(0);
  return "returned";
}

static const char *end_of(pthread_t thread) {
  void *result;
  pthread_join(thread, &result);
  return result == PTHREAD_CANCELED ? "cancelled" : (char *)result;
}

static void cancel_in(const char *what, void (*call)(void)) {
  pthread_t thread;
  handlers = 0;
  pthread_create(&thread, NULL, run, &call);
  usleep(10000); // to have it asleep; the answer does not depend on it
  pthread_cancel(thread);
  const char *end = end_of(thread);
  printf("%s: %s, handlers %d\n", what, end, handlers);
}

static void fill(int pipe) {
  static char bytes[65536];
  MUST(fcntl(pipe, F_SETPIPE_SZ, 4096));
  MUST(write(pipe, bytes, (size_t)fcntl(pipe, F_GETPIPE_SZ)));
}

// Nobody holds the pipe's end any more: its other end tells.
static void cancel_in_pipe(const char *what, void (*call)(void), int end) {
  int p[2];
  MUST(pipe(p));
  fd = p[end];
  if (end) fill(fd);
  cancel_in(what, call);
  MUST(close(fd));
  POLL(p[!end], end ? POLLIN : POLLOUT, 0);
  MUST(close(p[!end]));
}

static void cancel_in_fd(const char *what, void (*call)(void), int of) {
  fd = of;
  cancel_in(what, call);
  MUST(close(fd));
}

static int p[2], started[2];

static void *pending(void *arg) {
  char c;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
  MUST(write(started[1], "s", 1));
  MUST(read(p[0], &c, 1)); // blocks, and is not cancelled
  MUST(write(started[1], &c, 1));
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
  read(p[0], &c, 1); // would not block
  return arg;
}

int main(void) {
  pthread_t thread;
  char c;
  cancel_in_pipe("read", in_read, 0);
  cancel_in_pipe("readv", in_readv, 0);
  cancel_in_pipe("write", in_write, 1);
  cancel_in_pipe("poll", in_poll, 0);
  cancel_in_pipe("ppoll", in_ppoll, 0);
  cancel_in_pipe("select", in_select, 0);
  cancel_in_pipe("pselect", in_pselect, 0);
  cancel_in_fd("epoll_wait", in_epoll_wait, MUST(epoll_create1(0)));
  cancel_in_fd("eventfd", in_eventfd, MUST(eventfd(0, 0)));
  cancel_in_fd("accept", in_accept, tcp_listener(AF_INET));
  cancel_in_fd("recv", in_recv, bound_socket(AF_INET, SOCK_DGRAM));
  cancel_in_fd("recvmsg", in_recvmsg, bound_socket(AF_INET, SOCK_DGRAM));

  MUST(pipe(p));
  MUST(pipe(started));
  pthread_create(&thread, NULL, pending, "returned");
  MUST(read(started[0], &c, 1));
  pthread_cancel(thread);
  MUST(write(p[1], "ab", 2));
  MUST(read(started[0], &c, 1));
  printf("disabled: read %c; then %s", c, end_of(thread));
  printf("; left in the pipe: %zd\n", read(p[0], &c, 1));
  return 0;
}
