/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * AF_UNIX where a differential test cannot look: memory that runs out or is given back, numbers that
 * run out, descriptors of the host's in flight, long chains of sockets in flight, and waits whose
 * every step the test sets.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "calls.h"
#include "check.h"
#include "fake_node.h"
#include "host_native.h"
#include "pipe.h"
#include "syscall_exit.h"
#include "unix.h"
#include "unix_calls.h"

static char buf[1 << 18];
static long blocks_at_start;

static void open_pair(int type, int sv[2]) {
  CHECK_EQ(sock_socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, sv), 0);
}

static void close_fd(int fd) {
  CHECK_EQ(host_fd_close(fd), 0);
}

static void nothing_left(void) {
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_holds(), 0);
  CHECK_EQ(native_live_blocks(), blocks_at_start);
}

static ssize_t send_bytes(int fd, size_t n) {
  return sock_sendto(fd, buf, n, 0, NULL, 0);
}

static ssize_t receive(int fd, size_t n) {
  return sock_recvfrom(fd, buf, n, 0, NULL, NULL);
}

/* ---- Memory ---------------------------------------------------------------------------------- */

static void test_memory_is_given_back(void) {
  int sv[2];
  open_pair(SOCK_STREAM, sv);
  long idle = native_live_blocks();
  while (send_bytes(sv[0], 50000) > 0) {
  }
  CHECK(native_live_blocks() > idle + 5);
  while (receive(sv[1], sizeof buf) > 0) {
  }
  CHECK_EQ(native_live_blocks(), idle);
  int charged = -1;
  CHECK_EQ(call_ioctl(sv[0], TIOCOUTQ, &charged), 0);
  CHECK_EQ(charged, 0);
  CHECK(send_bytes(sv[0], 1) == 1);
  close_fd(sv[1]);
  close_fd(sv[0]);
  nothing_left();
}

static int round_trip(int type) {
  int sv[2], p[2], got[2], n = 2;
  int err = sock_socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, sv);
  if (err) {
    return err;
  }
  err = pipe_open(p, 0);
  ssize_t r = err ? err : call_send_fds(sv[0], buf, 40000, p, 2, 0);
  if (r >= 0 && r != 40000) { /* what did not fit into memory */
    r = -ENOBUFS;
  }
  if (r >= 0) {
    r = call_receive_fds(sv[1], buf, 40000, got, &n, 0);
    for (int i = 0; r >= 0 && i < n; i++) {
      close_fd(got[i]);
    }
  }
  if (!err) {
    close_fd(p[0]);
    close_fd(p[1]);
  }
  close_fd(sv[0]);
  close_fd(sv[1]);
  return r < 0 ? (int)r : 0;
}

static int connect_and_accept(void) {
  int listener = unix_open(SOCK_STREAM, O_NONBLOCK);
  if (listener < 0) {
    return listener;
  }
  CHECK_EQ(call_bind(listener, "memory"), 0);
  CHECK_EQ(sock_listen(listener, 5), 0);
  int client = unix_open(SOCK_STREAM, O_NONBLOCK), server = -1;
  int err = client < 0 ? client : call_connect(client, "memory");
  if (!err) {
    server = sock_accept4(listener, NULL, NULL, 0);
    err = server < 0 ? server : 0;
  }
  if (server >= 0) {
    close_fd(server);
  }
  if (client >= 0) {
    close_fd(client);
  }
  close_fd(listener);
  return err;
}

static int operation;

static int run_operation(void) {
  return operation < 2 ? round_trip(operation ? SOCK_DGRAM : SOCK_STREAM) : connect_and_accept();
}

static void test_memory_runs_out(void) {
  for (operation = 0; operation < 3; operation++) {
    CHECK_EQ(run_operation(), 0);
    int failed, n = 0;
    do {
      native_fail_alloc(n++, false);
      int r = run_operation();
      failed = native_failed_allocs();
      native_fail_alloc(-1, false);
      CHECK(failed ? r == -ENOMEM || r == -ENOBUFS : r == 0);
      nothing_left();
    } while (failed);
    CHECK(n > 4);
  }
}

/* ---- Numbers --------------------------------------------------------------------------------- */

static void test_numbers_run_out(void) {
  int sv[2], p[2], got[4], n = 3;
  open_pair(SOCK_STREAM, sv);
  CHECK_EQ(pipe_open(p, 0), 0);
  int three[] = {p[1], p[1], p[1]};
  CHECK_EQ(call_send_fds(sv[0], "x", 1, three, 3, 0), 1);
  close_fd(p[1]);
  native_limit_fds(5);
  CHECK_EQ(call_receive_fds(sv[1], buf, 1, got, &n, 0), 1);
  CHECK_EQ(n, 2); /* the third is closed */
  CHECK_EQ(sock_socketpair(AF_UNIX, SOCK_STREAM, 0, got + 2), -EMFILE);
  close_fd(got[0]);
  CHECK_EQ(sock_socketpair(AF_UNIX, SOCK_STREAM, 0, got + 2), -EMFILE);
  native_limit_fds(-1);
  CHECK_EQ(call_readiness(p[0]), 0);
  close_fd(got[1]);
  CHECK_EQ(call_readiness(p[0]), POLLHUP);
  close_fd(p[0]);
  close_fd(sv[0]);
  close_fd(sv[1]);
  nothing_left();
}

/* A connection that found no number goes on waiting. */
static void test_accept_without_a_number(void) {
  int listener = unix_open(SOCK_STREAM, O_NONBLOCK);
  int client = unix_open(SOCK_STREAM, O_NONBLOCK);
  CHECK_EQ(call_bind(listener, "/path"), 0);
  CHECK_EQ(sock_listen(listener, 5), 0);
  CHECK_EQ(call_connect(client, "/path"), 0);
  native_limit_fds(2);
  CHECK_EQ(sock_accept4(listener, NULL, NULL, 0), -EMFILE);
  CHECK_EQ(call_readiness(listener), POLLIN | POLLRDNORM);
  native_limit_fds(-1);
  CHECK_EQ(send_bytes(client, 3), 3);
  int server = sock_accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  CHECK(server >= 0);
  CHECK_EQ(receive(server, 10), 3);
  close_fd(listener);
  CHECK_EQ(receive(server, 10), -EAGAIN);
  close_fd(client);
  CHECK_EQ(receive(server, 10), 0);
  close_fd(server);
  host_socket_path_remove("/path", 0);
  nothing_left();
}

/* ---- Descriptors of the host's ----------------------------------------------------------------- */

static void test_foreign_descriptors(void) {
  struct fake_node file;
  fake_init(&file, &fake_always_ready_ops);
  int fd = native_foreign_fd(&file.node), sv[2], got[2], n = 1;
  open_pair(SOCK_DGRAM, sv);
  CHECK_EQ(call_send_fds(sv[0], "x", 1, &fd, 1, 0), 1);
  CHECK_EQ(call_send_fds(sv[0], "y", 1, &fd, 1, 0), 1);
  close_fd(fd);
  CHECK_EQ(native_holds(), 2);
  CHECK_EQ(call_receive_fds(sv[1], buf, 1, got, &n, MSG_PEEK), 1);
  CHECK_EQ(n, 1);
  CHECK_EQ(native_holds(), 2);
  n = 1;
  CHECK_EQ(call_receive_fds(sv[1], buf, 1, got + 1, &n, 0), 1);
  CHECK_EQ(native_holds(), 1);
  CHECK_EQ(call_readiness(got[0]), file.ready);
  close_fd(got[0]);
  close_fd(got[1]);
  CHECK_EQ(call_send_fds(sv[0], "z", 1, &fd, 1, 0), -EBADF);
  close_fd(sv[1]);
  CHECK_EQ(native_holds(), 0);
  close_fd(sv[0]);
  nothing_left();
}

/* ---- In flight ------------------------------------------------------------------------------- */

/* A socket in the queue of the next one, and so on: closed one after the other. */
static void test_long_chain(void) {
  int last[2];
  open_pair(SOCK_DGRAM, last);
  for (int i = 0; i < 3000; i++) {
    int sv[2];
    open_pair(SOCK_DGRAM, sv);
    CHECK_EQ(call_send_fds(sv[0], "x", 1, last, 2, 0), 1);
    close_fd(last[0]);
    close_fd(last[1]);
    last[0] = sv[0];
    last[1] = sv[1];
  }
  close_fd(last[0]);
  close_fd(last[1]);
  nothing_left();
}

static void test_cycles(void) {
  int ring[10][2];
  for (int i = 0; i < 10; i++) {
    open_pair(SOCK_STREAM, ring[i]);
  }
  for (int i = 0; i < 10; i++) {
    CHECK_EQ(call_send_fds(ring[i][0], "x", 1, ring[(i + 1) % 10], 2, 0), 1);
  }
  for (int i = 0; i < 10; i++) {
    close_fd(ring[i][1]);
  }
  CHECK(native_live_blocks() > blocks_at_start + 20);
  for (int i = 0; i < 10; i++) {
    close_fd(ring[i][0]);
  }
  int sv[2];
  open_pair(SOCK_STREAM, sv); /* its end sets off the collection */
  close_fd(sv[0]);
  close_fd(sv[1]);
  nothing_left();
}

/* ---- Waiting --------------------------------------------------------------------------------- */

static int waited_on[2], steps;

static void close_number(void *unused) {
  (void)unused;
  steps++;
  close_fd(waited_on[0]);
}

static void read_one(void *unused) {
  (void)unused;
  steps++;
  CHECK_EQ(receive(waited_on[1], 1), 1);
}

/* A datagram to a full receiver: told once it has room, and also when its own number is closed. */
static void test_wait_for_room(void) {
  int receiver = unix_open(SOCK_DGRAM, O_NONBLOCK);
  int sender = unix_open(SOCK_DGRAM, O_NONBLOCK);
  CHECK_EQ(call_bind(receiver, "room"), 0);
  CHECK_EQ(call_connect(sender, "room"), 0);
  while (send_bytes(sender, 1) == 1) {
  }
  call_set_flags(sender, 0);
  waited_on[0] = sender;
  waited_on[1] = receiver;
  native_alone(read_one, NULL);
  CHECK_EQ(send_bytes(sender, 1), 1);
  CHECK_EQ(steps, 1);
  native_alone(close_number, NULL);
  CHECK_EQ(send_bytes(sender, 1), -EBADF);
  CHECK_EQ(steps, 2);
  close_fd(receiver);
  nothing_left();
}

static void test_interrupted(void) {
  int sv[2], listener = unix_open(SOCK_STREAM, 0);
  CHECK_EQ(call_bind(listener, "interrupted"), 0);
  CHECK_EQ(sock_listen(listener, 5), 0);
  native_alone(NULL, NULL);
  native_end_next_sleep(-EINTR);
  CHECK_EQ(sock_accept4(listener, NULL, NULL, 0), -ERESTARTSYS);
  CHECK_EQ(sock_socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
  native_end_next_sleep(-EINTR);
  CHECK_EQ(receive(sv[0], 1), -ERESTARTSYS);
  native_end_next_sleep(-EINTR);
  ssize_t n = send_bytes(sv[0], sizeof buf);
  CHECK(n > 100000 && n < (ssize_t)sizeof buf);
  native_end_next_sleep(-EINTR);
  CHECK_EQ(send_bytes(sv[0], 1), -ERESTARTSYS);
  close_fd(listener);
  close_fd(sv[0]);
  close_fd(sv[1]);
  nothing_left();
}

int main(void) {
  int sv[2];
  open_pair(SOCK_STREAM, sv); /* the chunk of the table that stays */
  close_fd(sv[0]);
  close_fd(sv[1]);
  blocks_at_start = native_live_blocks();
  test_memory_is_given_back();
  test_memory_runs_out();
  test_numbers_run_out();
  test_accept_without_a_number();
  test_foreign_descriptors();
  test_long_chain();
  test_cycles();
  test_wait_for_room();
  test_interrupted();
  return 0;
}
