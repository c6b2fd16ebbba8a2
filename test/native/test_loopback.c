/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * TCP and UDP inside the program, where a differential test cannot look: windows and memory, a full
 * backlog, what arrives after a close, and allocations that fail.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "calls.h"
#include "check.h"
#include "host_native.h"
#include "socket_loopback.h"

const struct socket_ops *socket_backend(int domain, int type) {
  (void)domain;
  (void)type;
  return socket_loopback_ops();
}

static char buf[1 << 20];
static long blocks_at_start;

static struct sockaddr_in address(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

static int port_of(int fd) {
  struct sockaddr_in a;
  socklen_t len = sizeof a;
  CHECK_EQ(sock_getsockname(fd, (struct sockaddr *)&a, &len), 0);
  return ntohs(a.sin_port);
}

static void close_fd(int fd) {
  CHECK_EQ(host_fd_close(fd), 0);
}

static void nothing_left(void) {
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), blocks_at_start);
}

/* -errno if there is no memory. */
static int try_listen(int backlog) {
  struct sockaddr_in a = address(0);
  int fd = inet_open(AF_INET, SOCK_STREAM, 0, O_NONBLOCK);
  int err = fd < 0 ? fd : sock_bind(fd, (struct sockaddr *)&a, sizeof a);
  if (!err) {
    err = sock_listen(fd, backlog);
  }
  if (err && fd >= 0) {
    close_fd(fd);
  }
  return err ? err : fd;
}

static int open_listener(int backlog) {
  int fd = try_listen(backlog);
  CHECK(fd >= 0);
  return fd;
}

static int start_connect(int listener, int flags) {
  struct sockaddr_in a = address(port_of(listener));
  int fd = inet_open(AF_INET, SOCK_STREAM, 0, flags | O_NONBLOCK);
  CHECK(fd >= 0);
  CHECK_EQ(sock_connect(fd, (struct sockaddr *)&a, sizeof a), -EINPROGRESS);
  return fd;
}

static int accept_one(int listener) {
  int fd = sock_accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  CHECK(fd >= 0);
  return fd;
}

static void open_pair(int *client, int *server) {
  int listener = open_listener(1);
  *client = start_connect(listener, 0);
  *server = accept_one(listener);
  close_fd(listener);
}

static ssize_t send_bytes(int fd, size_t n) {
  return sock_sendto(fd, buf, n, MSG_NOSIGNAL, NULL, 0);
}

static ssize_t receive(int fd, size_t n) {
  return sock_recvfrom(fd, buf, n, 0, NULL, NULL);
}

static int so_error(int fd) {
  int error = -1;
  socklen_t len = sizeof error;
  CHECK_EQ(sock_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len), 0);
  return error;
}

/* ---- Streams --------------------------------------------------------------------------------- */

static void test_window(void) {
  int client, server, unsent = -1;
  open_pair(&client, &server);
  long idle = native_live_blocks();
  ssize_t n, total = 0;
  while ((n = send_bytes(client, 50000)) > 0) {
    total += n;
  }
  CHECK_EQ(n, -EAGAIN);
  CHECK(total > 131072 && total < (1 << 20));
  CHECK_EQ(call_ioctl(client, TIOCOUTQ, &unsent), 0);
  CHECK(unsent > 0);
  CHECK(!(call_readiness(client) & POLLOUT));
  while ((n = receive(server, sizeof buf)) > 0) {
    total -= n;
  }
  CHECK_EQ(n, -EAGAIN);
  CHECK_EQ(total, 0);
  CHECK(call_readiness(client) & POLLOUT);
  CHECK_EQ(call_ioctl(client, TIOCOUTQ, &unsent), 0);
  CHECK_EQ(unsent, 0);
  CHECK_EQ(native_live_blocks(), idle);
  close_fd(client);
  CHECK_EQ(receive(server, 1), 0);
  close_fd(server);
  nothing_left();
}

/* What was sent before the close arrives after it, at the pace of the receiver. */
static void test_sent_before_close(void) {
  int client, server;
  open_pair(&client, &server);
  ssize_t n, total = 0;
  while ((n = send_bytes(client, 100000)) > 0) {
    total += n;
  }
  close_fd(client);
  CHECK(!(call_readiness(server) & POLLRDHUP));
  while ((n = receive(server, 1000)) > 0) {
    total -= n;
  }
  CHECK_EQ(n, 0);
  CHECK_EQ(total, 0);
  CHECK(call_readiness(server) & POLLRDHUP);
  close_fd(server);
  nothing_left();
}

static void test_resets(void) {
  int client, server;
  open_pair(&client, &server); /* closed with unread bytes */
  CHECK_EQ(send_bytes(client, 10), 10);
  close_fd(server);
  CHECK_EQ(receive(client, 1), -ECONNRESET);
  CHECK_EQ(receive(client, 1), 0);
  close_fd(client);
  open_pair(&client, &server); /* written to after its end */
  close_fd(server);
  CHECK_EQ(receive(client, 1), 0);
  CHECK_EQ(send_bytes(client, 1), 1);
  CHECK_EQ(send_bytes(client, 1), -EPIPE);
  close_fd(client);
  open_pair(&client, &server); /* what has arrived stays to be read */
  struct linger l = {.l_onoff = 1};
  CHECK_EQ(sock_setsockopt(client, SOL_SOCKET, SO_LINGER, &l, sizeof l), 0);
  CHECK_EQ(send_bytes(client, 7), 7);
  close_fd(client);
  CHECK(call_readiness(server) & POLLERR);
  CHECK_EQ(receive(server, 100), 7);
  CHECK_EQ(so_error(server), ECONNRESET);
  close_fd(server);
  nothing_left();
}

/* ---- The backlog ----------------------------------------------------------------------------- */

static void test_full_backlog(void) {
  int listener = open_listener(0), clients[4], servers[4];
  for (int i = 0; i < 4; i++) {
    clients[i] = start_connect(listener, 0);
    CHECK_EQ(call_readiness(clients[i]), i ? 0 : POLLOUT | POLLWRNORM);
  }
  close_fd(clients[2]); /* gives up */
  for (int i = 0; i < 4; i++) {
    if (i != 2) {
      CHECK_EQ(call_readiness(clients[i]), POLLOUT | POLLWRNORM);
      servers[i] = accept_one(listener);
      CHECK_EQ(send_bytes(clients[i], (size_t)i + 1), i + 1);
      CHECK_EQ(receive(servers[i], 100), i + 1);
    }
  }
  CHECK_EQ(sock_accept4(listener, NULL, NULL, 0), -EAGAIN);
  int in_queue = start_connect(listener, 0), waits = start_connect(listener, 0);
  close_fd(listener);
  CHECK_EQ(so_error(in_queue), ECONNRESET);
  CHECK_EQ(so_error(waits), ECONNREFUSED);
  for (int i = 0; i < 4; i++) {
    if (i != 2) {
      close_fd(clients[i]);
      close_fd(servers[i]);
    }
  }
  close_fd(in_queue);
  close_fd(waits);
  nothing_left();
}

static void test_connect_again(void) {
  int listener = open_listener(4), fd = start_connect(listener, 0);
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  int server = accept_one(listener);
  CHECK_EQ(sock_connect(fd, &none, sizeof none), 0);
  CHECK_EQ(receive(server, 1), -ECONNRESET);
  struct sockaddr_in a = address(port_of(listener));
  CHECK_EQ(sock_connect(fd, (struct sockaddr *)&a, sizeof a), -EINPROGRESS);
  int again = accept_one(listener);
  CHECK_EQ(send_bytes(fd, 3), 3);
  CHECK_EQ(receive(again, 10), 3);
  close_fd(fd);
  close_fd(server);
  close_fd(again);
  close_fd(listener);
  nothing_left();
}

/* ---- Ports and memory ------------------------------------------------------------------------ */

/* One port after the other, all different; then none is left. */
static void test_ports_run_out(void) {
  static int fds[30000];
  struct sockaddr_in a = address(0);
  int n = 0, err;
  for (;; n++) {
    fds[n] = inet_open(AF_INET, SOCK_DGRAM, 0, 0);
    err = sock_bind(fds[n], (struct sockaddr *)&a, sizeof a);
    if (err) {
      break;
    }
  }
  CHECK_EQ(err, -EADDRINUSE);
  CHECK_EQ(n, 60999 - 32768 + 1);
  for (int i = 0; i <= n; i++) {
    close_fd(fds[i]);
  }
}

static int exchange(void) {
  int listener = try_listen(2), r = listener < 0 ? listener : 0, client = -1, server = -1;
  struct sockaddr_in a = address(listener < 0 ? 0 : port_of(listener));
  if (!r) {
    client = inet_open(AF_INET, SOCK_STREAM, 0, O_NONBLOCK);
    r = client < 0 ? client : sock_connect(client, (struct sockaddr *)&a, sizeof a);
  }
  if (r == -EINPROGRESS) {
    r = -so_error(client);
  }
  if (!r) {
    server = sock_accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    r = server < 0 ? server : 0;
  }
  if (!r) {
    ssize_t n = send_bytes(client, 5000);
    r = n < 0 ? (int)n : 0;
    n = r ? 0 : receive(server, 5000);
    r = n < 0 ? (int)n : r;
  }
  for (int i = 0; i < 3; i++) {
    int fd = i == 0 ? server : i == 1 ? client : listener;
    if (fd >= 0) {
      close_fd(fd);
    }
  }
  return r;
}

static void test_memory_runs_out(void) {
  CHECK_EQ(exchange(), 0);
  int failed, n = 0;
  do {
    native_fail_alloc(n++, false);
    int r = exchange();
    failed = native_failed_allocs();
    native_fail_alloc(-1, false);
    /* A connection that found no memory waits, as for a place: nothing is there to accept. */
    CHECK(failed ? r == -ENOMEM || r == -ENOBUFS || r == -EAGAIN : r == 0);
    nothing_left();
  } while (failed);
  CHECK(n > 8);
}

int main(void) {
  close_fd(open_listener(1)); /* the chunk of the table that stays */
  blocks_at_start = native_live_blocks();
  test_window();
  test_sent_before_close();
  test_resets();
  test_full_backlog();
  test_connect_again();
  test_memory_runs_out();
  test_ports_run_out();
  return 0;
}
