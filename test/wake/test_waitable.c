// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// <emscripten/waitable.h>: readiness that is published, seen by poll, epoll and callbacks; reads and
// writes by the program's own functions; close; bad arguments.

#include "expect.h"
#include <emscripten/poll.h>
#include <emscripten/waitable.h>
#include <sys/epoll.h>
#include <sys/uio.h>

static int revents_of(int fd) {
  struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT | POLLPRI};
  EXPECT_EQ(poll(&p, 1, 0), p.revents != 0);
  return p.revents;
}

static void test_readiness(void) {
  int fd = MUST(emscripten_waitable_create(NULL, NULL, O_CLOEXEC));
  EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(revents_of(fd), 0);
  EXPECT_EQ(emscripten_waitable_publish(fd, POLLIN | POLLPRI, 0), 0);
  EXPECT_EQ(revents_of(fd), POLLIN | POLLPRI);
  EXPECT_EQ(emscripten_waitable_publish(fd, POLLHUP, POLLIN | POLLPRI), 0);
  EXPECT_EQ(revents_of(fd), POLLHUP);
  EXPECT_EQ(read(fd, &(char){0}, 1), -1);
  EXPECT_EQ(errno, EINVAL);
  close(fd);
  next_step();
}

static void test_edges(void) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  int fd = MUST(emscripten_waitable_create(NULL, NULL, 0)), epfd = MUST(epoll_create1(0));
  MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event));
  EXPECT_EQ(emscripten_waitable_publish(fd, POLLIN, 0), 0);
  EXPECT_EQ(epoll_wait(epfd, &event, 1, 0), 1);
  EXPECT_EQ(epoll_wait(epfd, &event, 1, 0), 0);
  // Said again, it is another edge.
  EXPECT_EQ(emscripten_waitable_publish(fd, POLLIN, 0), 0);
  EXPECT_EQ(epoll_wait(epfd, &event, 1, 0), 1);
  close(fd);
  close(epfd);
  next_step();
}

static void test_errors(void) {
  int pipes[2], file = MUST(open("/tmp/regular", O_RDWR | O_CREAT, 0600));
  MUST(pipe(pipes));
  EXPECT_EQ(emscripten_waitable_create(NULL, NULL, O_APPEND), -EINVAL);
  EXPECT_EQ(emscripten_waitable_publish(-1, POLLIN, 0), -EBADF);
  EXPECT_EQ(emscripten_waitable_publish(99, POLLIN, 0), -EBADF);
  EXPECT_EQ(emscripten_waitable_publish(file, POLLIN, 0), -EINVAL);
  EXPECT_EQ(emscripten_waitable_publish(pipes[0], POLLIN, 0), -EINVAL);
  int fd = MUST(emscripten_waitable_create(NULL, NULL, 0));
  EXPECT_EQ(emscripten_waitable_publish(fd, POLLNVAL, 0), -EINVAL);
  EXPECT_EQ(emscripten_waitable_result(fd, NULL), -EINVAL);
  EXPECT_EQ(emscripten_waitable_result(-1, NULL), -EBADF);
  close(pipes[0]);
  close(pipes[1]);
  close(file);
  close(fd);
  next_step();
}

// ---- Operations: a cell that holds one byte ----------------------------------------------------

static struct cell {
  int fd;
  int byte;
  int closes;
} cell = {.byte = -1};

static ssize_t cell_read(void *user, void *buf, size_t len) {
  struct cell *c = user;
  if (c->byte < 0) return -EAGAIN;
  if (!len) return 0;
  *(char *)buf = (char)c->byte;
  c->byte = -1;
  emscripten_waitable_publish(c->fd, POLLOUT, POLLIN);
  return 1;
}

static ssize_t cell_write(void *user, const void *buf, size_t len) {
  struct cell *c = user;
  if (c->byte >= 0) return 0;
  if (len) {
    c->byte = *(const char *)buf;
    emscripten_waitable_publish(c->fd, POLLIN, POLLOUT);
  }
  return len ? 1 : 0;
}

static void cell_close(void *user) {
  ((struct cell *)user)->closes++;
}

static const em_waitable_ops cell_ops = {cell_read, cell_write, cell_close};

static void cell_readable(int fd, int revents) {
  char bytes[2] = "";
  struct iovec iov[] = {{NULL, 0}, {bytes, 1}, {bytes + 1, 1}};
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(readv(fd, iov, 3), 1);
  EXPECT_EQ(bytes[0], 'x');
  EXPECT_EQ(read(fd, bytes, 1), -1);
  EXPECT_EQ(errno, EAGAIN);
  int copy = MUST(dup(fd));
  close(fd);
  EXPECT_EQ(cell.closes, 0);
  close(copy);
  EXPECT_EQ(cell.closes, 1);
  next_step();
}

static void test_operations(void) {
  cell.fd = MUST(emscripten_waitable_create(&cell_ops, &cell, O_NONBLOCK));
  EXPECT_EQ(emscripten_waitable_publish(cell.fd, POLLOUT, 0), 0);
  EXPECT_EQ(emscripten_poll_with_callback(cell.fd, POLLIN, SOON, cell_readable), 0);
  EXPECT_EQ(write(cell.fd, "xy", 2), 1);
  EXPECT_EQ(write(cell.fd, "y", 1), -1);
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_EQ(revents_of(cell.fd), POLLIN);
}

static const step steps[] = {test_readiness, test_edges, test_errors, test_operations, NULL};

int main(void) {
  run_steps(steps);
  return 0;
}
