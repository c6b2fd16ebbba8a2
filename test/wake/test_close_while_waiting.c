// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Closing a descriptor ends every wait on it in other threads, of all who wait and in every kind of
// call: poll and select report it as closed, the others fail with EBADF. Where Linux lets them wait
// on; see docs/ARCHITECTURE.md. A dup of it that stays open keeps nobody.
//
// needs: threads wait

#include "expect.h"
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>

#define EACH 2

typedef void (*wait_fn)(int fd);

struct kind {
  wait_fn wait;
  int fd;
};

static atomic_int started;

static void in_poll(int fd) {
  struct pollfd p = {fd, POLLIN, 0};
  EXPECT_EQ(poll(&p, 1, -1), 1);
  EXPECT_EQ(p.revents, POLLNVAL);
}

static void in_select(int fd) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  int n = select(fd + 1, &set, NULL, NULL, NULL);
  if (n == -1) {
    EXPECT_EQ(errno, EBADF); // it had not begun to wait
  } else {
    EXPECT_EQ(n, 1); // and the next call says EBADF
    EXPECT(FD_ISSET(fd, &set));
  }
}

static void in_read(int fd) {
  char byte[8];
  EXPECT_EQ(read(fd, byte, sizeof byte), -1);
  EXPECT_EQ(errno, EBADF);
}

static void in_write(int fd) {
  static char bytes[1 << 17];
  ssize_t n = write(fd, bytes, sizeof bytes); // more than fits
  EXPECT(n < (ssize_t)sizeof bytes);
  if (n == -1) EXPECT_EQ(errno, EBADF);
}

static void in_epoll_wait(int fd) {
  struct epoll_event event;
  EXPECT_EQ(epoll_wait(fd, &event, 1, -1), -1);
  EXPECT_EQ(errno, EBADF);
}

static void in_accept(int fd) {
  EXPECT_EQ(accept(fd, NULL, NULL), -1);
  EXPECT_EQ(errno, EBADF);
}

static void in_recv(int fd) {
  char byte;
  EXPECT_EQ(recv(fd, &byte, 1, 0), -1);
  EXPECT_EQ(errno, EBADF);
}

static void *run(void *arg) {
  struct kind k = *(struct kind *)arg;
  started++;
  k.wait(k.fd);
  return NULL;
}

static void close_under(wait_fn wait, int fd) {
  pthread_t threads[EACH];
  struct kind k = {wait, fd};
  int copy = MUST(dup(fd));
  started = 0;
  for (int i = 0; i < EACH; i++) {
    EXPECT_EQ(pthread_create(&threads[i], NULL, run, &k), 0);
  }
  while (started < EACH) {
    usleep(1000);
  }
  usleep(20000); // one that is not asleep yet meets a closed descriptor
  MUST(close(fd));
  for (int i = 0; i < EACH; i++) {
    EXPECT_EQ(pthread_join(threads[i], NULL), 0);
  }
  MUST(close(copy));
}

static int pipe_end(int end) {
  int fds[2];
  MUST(pipe(fds));
  return fds[end];
}

static int bound(int type) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = MUST(socket(AF_INET, type, 0));
  MUST(bind(fd, (struct sockaddr *)&a, sizeof a));
  return fd;
}

int main(void) {
  close_under(in_poll, pipe_end(0));
  close_under(in_select, pipe_end(0));
  close_under(in_read, pipe_end(0));
  close_under(in_write, pipe_end(1));
  close_under(in_read, MUST(eventfd(0, 0)));
  close_under(in_poll, MUST(epoll_create1(0)));
  close_under(in_epoll_wait, MUST(epoll_create1(0)));
  int listener = bound(SOCK_STREAM);
  MUST(listen(listener, 5));
  close_under(in_accept, listener);
  close_under(in_recv, bound(SOCK_DGRAM));
  close_under(in_poll, bound(SOCK_DGRAM));
  return status_of_test();
}
