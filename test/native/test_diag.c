/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Descriptors as JSON: each kind's state, who listens, and what happens when there is no memory.
 */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>

#include "calls.h"
#include "check.h"
#include "diag.h"
#include "epoll.h"
#include "eventfd.h"
#include "host_native.h"
#include "pipe.h"
#include "poll_fds.h"
#include "poll_request.h"
#include "socket_family.h"
#include "unix.h"

/* The part of the text that is about a descriptor, until the next one. */
static const char *part_of(int fd) {
  static char part[4096];
  char begin[32];
  char *text = diag_descriptors();
  CHECK(text);
  snprintf(begin, sizeof begin, "{\"fd\":%d,\"kind\"", fd);
  const char *p = strstr(text, begin);
  part[0] = 0;
  if (p) {
    const char *end = strstr(p, "]}");
    CHECK(end && (size_t)(end + 2 - p) < sizeof part);
    memcpy(part, p, (size_t)(end + 2 - p));
    part[end + 2 - p] = 0;
  }
  diag_free(text);
  return part;
}

static void expect_in(int fd, const char *what) {
  const char *part = part_of(fd);
  if (!strstr(part, what)) {
    fprintf(stderr, "no %s in %s\n", what, part);
  }
  CHECK(strstr(part, what));
}

static void test_nothing(void) {
  char *text = diag_descriptors();
  CHECK(!strcmp(text, "[]"));
  diag_free(text);
}

static void test_pipe(void) {
  int p[2];
  CHECK_EQ(pipe_open(p, O_CLOEXEC), 0);
  CHECK_EQ(call_write(p[1], "hello", 5), 5);
  expect_in(p[0], "\"kind\":\"pipe\"");
  expect_in(p[0], "\"cloexec\":true");
  expect_in(p[0], "\"ready\":65,");
  expect_in(p[0], "\"unread\":5,\"size\":65536,\"listeners\":[]}");
  host_fd_close(p[0]);
  CHECK(!part_of(p[0])[0]);
  expect_in(p[1], "\"ready\":268,");
  host_fd_close(p[1]);
}

static bool no_call(int fd, int revents, poll_request_callback callback, void *user) {
  (void)fd;
  (void)revents;
  (void)callback;
  (void)user;
  return false;
}

static void test_listeners(void) {
  char expected[64];
  int fd = eventfd_open(7, EFD_NONBLOCK), ep = epoll_open(0);
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = fd};
  CHECK_EQ(epoll_control(ep, EPOLL_CTL_ADD, fd, &event), 0);
  int id = poll_request_start(fd, POLLOUT, -1, no_call, NULL, NULL);
  CHECK(id > 0);
  expect_in(fd, "\"count\":7");
  snprintf(expected, sizeof expected, "\"fd\":%d,\"flags\":%u,\"events\":25", fd, EPOLLET);
  expect_in(fd, expected);
  snprintf(expected, sizeof expected, "{\"kind\":\"callback\",\"id\":%d,\"events\":60", id);
  expect_in(fd, expected);
  expect_in(ep, "\"kind\":\"eventpoll\"");
  CHECK_EQ(poll_request_cancel(id), 0);
  host_fd_close(ep);
  expect_in(fd, "\"listeners\":[]}");
  host_fd_close(fd);
}

static void *read_one(void *arg) {
  char byte;
  CHECK_EQ(call_read(*(int *)arg, &byte, 1), 1);
  return NULL;
}

static void test_blocked(void) {
  int p[2];
  pthread_t thread;
  CHECK_EQ(pipe_open(p, 0), 0);
  CHECK_EQ(pthread_create(&thread, NULL, read_one, &p[0]), 0);
  while (!strstr(part_of(p[0]), "{\"kind\":\"wait\",\"waiter\":")) {
    sched_yield();
  }
  expect_in(p[0], "\"exclusive\":true}]}");
  CHECK_EQ(call_write(p[1], "x", 1), 1);
  pthread_join(thread, NULL);
  expect_in(p[0], "\"listeners\":[]}");
  host_fd_close(p[0]);
  host_fd_close(p[1]);
}

static void test_socket(void) {
  int fd = unix_open(SOCK_STREAM, 0);
  struct sockaddr name = {.sa_family = AF_UNIX, .sa_data = "\0a\"b\n"};
  CHECK_EQ(sock_bind(fd, &name, 2 + 5), 0);
  CHECK_EQ(sock_listen(fd, 3), 0);
  expect_in(fd, "\"domain\":1,\"type\":1,\"listening\":true,\"local\":\"\\u0000a\\u0022b\\u000a\"");
  host_fd_close(fd);
}

static void test_no_memory(void) {
  int p[2], failed = 0;
  char *text = NULL;
  CHECK_EQ(pipe_open(p, 0), 0);
  do {
    native_fail_alloc(failed, false);
    text = diag_descriptors();
    failed += !text;
  } while (!text);
  native_fail_alloc(-1, false);
  CHECK(failed > 1);
  diag_free(text);
  host_fd_close(p[0]);
  host_fd_close(p[1]);
}

int main(void) {
  test_nothing();
  test_pipe();
  test_listeners();
  test_blocked();
  test_socket();
  test_no_memory();
  CHECK_EQ(native_open_fds(), 0);
  return 0;
}
