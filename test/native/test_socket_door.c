/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The host's own sockets on the program's network: connections in both directions, what comes of those
 * that fail, resets, and allocations that fail.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>

#include "calls.h"
#include "check.h"
#include "host_native.h"
#include "socket_door.h"
#include "socket_loopback.h"

const struct socket_ops *socket_backend(int domain, int type) {
  (void)domain;
  (void)type;
  return socket_loopback_ops();
}

#define PORT 4000

static union sock_address address(int port) {
  union sock_address a = {.in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)}};
  a.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

/* -errno if there is no memory. */
static int try_listen(int backlog) {
  union sock_address a = address(PORT);
  int fd = inet_open(AF_INET, SOCK_STREAM, 0, O_NONBLOCK);
  int err = fd < 0 ? fd : sock_bind(fd, &a.any, sizeof a.in);
  if (!err) {
    err = sock_listen(fd, backlog);
  }
  if (err && fd >= 0) {
    host_fd_close(fd);
  }
  return err ? err : fd;
}

static ssize_t give(struct file *f, const char *text) {
  struct iovec seg;
  struct iov_iter it;
  iov_iter_init_buf(&it, &seg, (void *)text, strlen(text));
  return file_write(f, -1, &it, true, true, DEADLINE_NONE);
}

static ssize_t take(struct file *f, char *to, size_t size) {
  struct iovec seg;
  struct iov_iter it;
  iov_iter_init_buf(&it, &seg, to, size);
  return file_read(f, -1, &it, true, DEADLINE_NONE);
}

static void expect_to_take(struct file *f, const char *text) {
  char got[64];
  ssize_t n = take(f, got, sizeof got);
  CHECK_EQ(n, (ssize_t)strlen(text));
  CHECK(!memcmp(got, text, strlen(text)));
}

static struct file *connect_door(void) {
  union sock_address a = address(PORT), name;
  int err = 0;
  struct file *f = socket_door_connect(&a, &err);
  CHECK(f && !err);
  CHECK_EQ(socket_door_connected(f), 0);
  CHECK_EQ(socket_door_connected(f), 0);
  CHECK_EQ(socket_door_name(f, true, &name), 0);
  CHECK_EQ(sock_address_port(&name), PORT);
  return f;
}

static void test_connect(void) {
  char got[8];
  int listener = try_listen(2);
  struct file *f = connect_door();
  int fd = sock_accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  CHECK(fd >= 0);
  CHECK_EQ(take(f, got, sizeof got), -EAGAIN);
  CHECK_EQ(give(f, "to C"), 4);
  CHECK_EQ(call_read(fd, got, sizeof got), 4);
  CHECK_EQ(call_write(fd, "from C", 6), 6);
  expect_to_take(f, "from C");
  CHECK_EQ(socket_door_shutdown(f, SHUT_WR), 0);
  CHECK_EQ(call_read(fd, got, sizeof got), 0);
  host_fd_close(fd);
  CHECK_EQ(take(f, got, sizeof got), 0);
  file_put(f);
  host_fd_close(listener);
}

static void test_full_backlog(void) {
  union sock_address a = address(PORT);
  int listener = try_listen(0), err, fd;
  struct file *first = connect_door(), *second = socket_door_connect(&a, &err);
  CHECK(second && !err);
  CHECK_EQ(socket_door_connected(second), -EINPROGRESS);
  CHECK(!(node_poll(second->node) & POLLOUT));
  CHECK((fd = sock_accept4(listener, NULL, NULL, 0)) >= 0);
  CHECK_EQ(socket_door_connected(second), 0);
  host_fd_close(listener);
  CHECK_EQ(take(second, (char[1]){0}, 1), -ECONNRESET);
  host_fd_close(fd);
  file_put(first);
  file_put(second);
}

static void test_failures(void) {
  union sock_address a = address(PORT);
  int err = 0, listener = try_listen(1);
  CHECK(!socket_door_listen(&a, 1, &err));
  CHECK_EQ(err, -EADDRINUSE);
  host_fd_close(listener);
  struct file *f = socket_door_connect(&a, &err);
  CHECK(f && !err);
  CHECK_EQ(socket_door_connected(f), -ECONNREFUSED);
  file_put(f);
  a.in.sin_addr.s_addr = htonl(0x0a000001);
  CHECK(!socket_door_connect(&a, &err));
  CHECK_EQ(err, -ENETUNREACH);
}

static void test_reset(void) {
  char got[8];
  int listener = try_listen(1);
  struct file *f = connect_door();
  int fd = sock_accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  socket_door_reset_on_close(f);
  file_put(f);
  CHECK_EQ(call_read(fd, got, sizeof got), -ECONNRESET);
  host_fd_close(fd);
  host_fd_close(listener);
}

/* The program connects. 0 or -ENOMEM and its like. */
static int accept_from_program(void) {
  union sock_address a = address(PORT);
  int err = 0, fd = -1;
  struct file *f = NULL, *listener = socket_door_listen(&a, 1, &err);
  if (listener) {
    CHECK(!socket_door_accept(listener, &err));
    CHECK_EQ(err, -EAGAIN);
    fd = inet_open(AF_INET, SOCK_STREAM, 0, O_NONBLOCK);
    err = fd < 0 ? fd : sock_connect(fd, &a.any, sizeof a.in);
    err = err == -EINPROGRESS ? 0 : err;
  }
  if (listener && !err) {
    f = socket_door_accept(listener, &err);
  }
  if (f && call_write(fd, "hello", 5) == 5) {
    char got[8];
    ssize_t n = take(f, got, sizeof got);
    CHECK(n == 5 || n == -EAGAIN); /* EAGAIN: there was no memory to receive it */
  }
  if (f) {
    file_put(f);
  }
  if (fd >= 0) {
    host_fd_close(fd);
  }
  if (listener) {
    file_put(listener);
  }
  return err;
}

static void test_memory_runs_out(void) {
  CHECK_EQ(accept_from_program(), 0);
  int failed, n = 0;
  do {
    native_fail_alloc(n++, false);
    accept_from_program();
    failed = native_failed_allocs();
    native_fail_alloc(-1, false);
    CHECK_EQ(native_open_fds(), 0);
  } while (failed);
  CHECK(n > 4);
}

int main(void) {
  host_fd_close(try_listen(1)); /* the chunk of the table that stays */
  long blocks = native_live_blocks();
  test_connect();
  test_full_backlog();
  test_failures();
  test_reset();
  test_memory_runs_out();
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), blocks);
  return 0;
}
