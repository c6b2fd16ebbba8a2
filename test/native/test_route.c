/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Two backends in one program: the loopback, and one outside that notes what it is asked for.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "calls.h"
#include "check.h"
#include "host_native.h"
#include "socket_route.h"

static long blocks_at_start;

/* ---- The one outside ------------------------------------------------------------------------- */

static struct {
  int connects, disconnects, flushes, sends, closes;
  bool reset;
  union sock_address to;
  struct socket *socket;
} seen;

static int outside_connect(struct socket *s, const union sock_address *a) {
  seen.connects++;
  seen.to = *a;
  seen.socket = s;
  return 0;
}

static void outside_disconnect(struct socket *s) {
  (void)s;
  seen.disconnects++;
}

static void outside_flush(struct socket *s) {
  struct socket_output output;
  seen.flushes++;
  socket_take_output(s, &output);
  socket_sent(s, output.len);
  socket_output_free(&output);
}

static int outside_send(struct socket *s, const union sock_address *to, const void *data,
                        size_t len) {
  (void)data;
  seen.sends++;
  seen.to = to ? *to : s->peer;
  socket_sent(s, len);
  return 0;
}

static void outside_resume(struct socket *s) {
  (void)s;
}

static void outside_close(struct socket *s, bool reset) {
  (void)s;
  seen.closes++;
  seen.reset = reset;
}

static const struct socket_ops outside_ops = {
  .name = "outside",
  .connect = outside_connect,
  .disconnect = outside_disconnect,
  .flush = outside_flush,
  .send = outside_send,
  .resume = outside_resume,
  .close = outside_close,
};

static bool loopback_leaves;

const struct socket_ops *socket_backend(int domain, int type) {
  (void)domain;
  (void)type;
  return socket_route_ops(&outside_ops, loopback_leaves);
}

/* ---- Calls ----------------------------------------------------------------------------------- */

static struct sockaddr_in address(const char *text, int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  CHECK_EQ(inet_pton(AF_INET, text, &a.sin_addr), 1);
  return a;
}

static int open_socket(int type) {
  int fd = inet_open(AF_INET, type, 0, O_NONBLOCK);
  CHECK(fd >= 0);
  return fd;
}

static int connect_to(int fd, const char *text, int port) {
  struct sockaddr_in a = address(text, port);
  return sock_connect(fd, (struct sockaddr *)&a, sizeof a);
}

static int send_to(int fd, const char *text, int port) {
  struct sockaddr_in a = address(text, port);
  return (int)sock_sendto(fd, "x", 1, 0, (struct sockaddr *)&a, sizeof a);
}

static int bind_to(int fd, const char *text, int port) {
  struct sockaddr_in a = address(text, port);
  return sock_bind(fd, (struct sockaddr *)&a, sizeof a);
}

static int port_of(int fd) {
  struct sockaddr_in a;
  socklen_t len = sizeof a;
  CHECK_EQ(sock_getsockname(fd, (struct sockaddr *)&a, &len), 0);
  return ntohs(a.sin_port);
}

static void begin(void) {
  memset(&seen, 0, sizeof seen);
}

static void nothing_left(void) {
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), blocks_at_start);
}

static int receive(int fd) {
  char byte;
  return (int)sock_recvfrom(fd, &byte, 1, 0, NULL, NULL);
}

/* ---- Tests ----------------------------------------------------------------------------------- */

static void test_stream_outside(void) {
  begin();
  int fd = open_socket(SOCK_STREAM), other = open_socket(SOCK_STREAM);
  CHECK_EQ(connect_to(fd, "10.1.2.3", 80), -EINPROGRESS);
  CHECK_EQ(seen.connects, 1);
  CHECK_EQ(sock_address_port(&seen.to), 80);
  socket_connected(seen.socket);
  CHECK_EQ(call_write(fd, "hello", 5), 5);
  CHECK_EQ(seen.flushes, 1);
  CHECK(port_of(fd) != 0);
  CHECK_EQ(bind_to(other, "0.0.0.0", port_of(fd)), -EADDRINUSE);
  int port = port_of(fd);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK_EQ(seen.closes, 1);
  CHECK(!seen.reset);
  CHECK_EQ(bind_to(other, "0.0.0.0", port), 0);
  CHECK_EQ(host_fd_close(other), 0);
  nothing_left();
}

static void test_stream_inside(void) {
  begin();
  int listener = open_socket(SOCK_STREAM), fd = open_socket(SOCK_STREAM);
  CHECK_EQ(bind_to(listener, "0.0.0.0", 0), 0);
  CHECK_EQ(sock_listen(listener, 1), 0);
  CHECK_EQ(connect_to(fd, "127.200.1.1", port_of(listener)), -EINPROGRESS);
  int accepted = sock_accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  CHECK(accepted >= 0);
  CHECK_EQ(call_write(accepted, "x", 1), 1);
  CHECK_EQ(receive(fd), 1);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK_EQ(host_fd_close(accepted), 0);
  CHECK_EQ(host_fd_close(listener), 0);
  CHECK_EQ(seen.connects + seen.flushes + seen.closes, 0);
  nothing_left();
}

/* A socket that is dissolved goes the other way the next time. */
static void test_changes_its_way(void) {
  begin();
  int listener = open_socket(SOCK_STREAM), fd = open_socket(SOCK_STREAM);
  CHECK_EQ(bind_to(listener, "127.0.0.1", 0), 0);
  CHECK_EQ(sock_listen(listener, 1), 0);
  CHECK_EQ(connect_to(fd, "10.1.2.3", 80), -EINPROGRESS);
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  CHECK_EQ(sock_connect(fd, &none, sizeof none), 0);
  CHECK_EQ(seen.closes, 1);
  CHECK(seen.reset);
  CHECK_EQ(connect_to(fd, "127.0.0.1", port_of(listener)), -EINPROGRESS);
  CHECK(call_readiness(listener) & POLLIN);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK_EQ(host_fd_close(listener), 0);
  CHECK_EQ(seen.closes, 1);
  nothing_left();
}

static void test_bound_to_loopback(void) {
  begin();
  int fd = open_socket(SOCK_STREAM);
  CHECK_EQ(bind_to(fd, "10.1.2.3", 0), -EADDRNOTAVAIL);
  CHECK_EQ(bind_to(fd, "127.0.0.1", 0), 0);
  CHECK_EQ(connect_to(fd, "10.1.2.3", 80), -EINVAL);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK_EQ(seen.connects, 0);
  nothing_left();
}

static void test_datagrams(void) {
  begin();
  int inside = open_socket(SOCK_DGRAM), fd = open_socket(SOCK_DGRAM);
  CHECK_EQ(bind_to(inside, "127.0.0.1", 0), 0);
  CHECK_EQ(send_to(fd, "127.0.0.1", port_of(inside)), 1);
  CHECK_EQ(receive(inside), 1);
  CHECK_EQ(send_to(fd, "10.1.2.3", 53), 1);
  CHECK_EQ(seen.sends, 1);
  CHECK_EQ(sock_address_port(&seen.to), 53);
  CHECK_EQ(send_to(inside, "127.0.0.1", port_of(fd)), 1);
  CHECK_EQ(receive(fd), 1);
  CHECK_EQ(connect_to(fd, "10.1.2.3", 53), 0);
  CHECK_EQ(send_to(inside, "127.0.0.1", port_of(fd)), 1);
  CHECK_EQ(receive(fd), -EAGAIN);
  CHECK_EQ(connect_to(fd, "127.0.0.1", port_of(inside)), 0);
  CHECK_EQ(seen.disconnects, 1);
  CHECK_EQ(call_write(fd, "x", 1), 1);
  CHECK_EQ(receive(inside), 1);
  CHECK_EQ(seen.sends, 1);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK_EQ(host_fd_close(inside), 0);
  CHECK_EQ(seen.closes, 1);
  nothing_left();
}

/* An address of loopback that nobody here listens on may be the host's. */
static void test_loopback_leaves(void) {
  begin();
  loopback_leaves = true;
  int listener = open_socket(SOCK_STREAM), fd = open_socket(SOCK_STREAM);
  int here = open_socket(SOCK_STREAM);
  CHECK_EQ(bind_to(listener, "127.0.0.1", 0), 0);
  CHECK_EQ(bind_to(here, "127.0.0.1", 0), 0);
  CHECK_EQ(connect_to(fd, "127.0.0.1", port_of(listener)), -EINPROGRESS);
  CHECK_EQ(seen.connects, 1);
  CHECK_EQ(sock_listen(listener, 1), 0);
  CHECK_EQ(connect_to(here, "127.0.0.1", port_of(listener)), -EINPROGRESS);
  CHECK_EQ(seen.connects, 1);
  CHECK_EQ(host_fd_close(fd), 0);
  fd = open_socket(SOCK_STREAM);
  CHECK_EQ(bind_to(fd, "127.0.0.1", 0), 0);
  CHECK_EQ(connect_to(fd, "127.0.0.1", 1), -EINPROGRESS);
  CHECK_EQ(seen.connects, 2);
  CHECK_EQ(host_fd_close(fd), 0);
  CHECK_EQ(host_fd_close(here), 0);
  CHECK_EQ(host_fd_close(listener), 0);
  loopback_leaves = false;
  nothing_left();
}

int main(void) {
  CHECK_EQ(host_fd_close(open_socket(SOCK_STREAM)), 0); /* the chunk of the table that stays */
  blocks_at_start = native_live_blocks();
  test_stream_outside();
  test_stream_inside();
  test_changes_its_way();
  test_bound_to_loopback();
  test_datagrams();
  test_loopback_leaves();
  return 0;
}
