/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * TCP and UDP inside the program under threads: sockets that any thread may connect, accept, send to,
 * receive from, shut down and close at any time; and streams whose bytes are counted.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "calls.h"
#include "host_native.h"
#include "poll_fds.h"
#include "socket_loopback.h"
#include "stress.h"

enum { THREADS = 4, SLOTS = 20, PORTS = 3, STEPS = 6000, TOTAL = 2000000 };

const struct socket_ops *socket_backend(int domain, int type) {
  (void)domain;
  (void)type;
  return socket_loopback_ops();
}

static _Atomic int slots[SLOTS];
static _Atomic long sent, received, accepted;

static struct sockaddr_in address(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

static struct sockaddr_in any_address(unsigned *random) {
  return address(7000 + (int)stress_random(random, PORTS));
}

static int any(unsigned *random) {
  return slots[stress_random(random, SLOTS)];
}

static void put(unsigned *random, int fd) {
  host_fd_close(atomic_exchange(&slots[stress_random(random, SLOTS)], fd));
}

static void open_some(unsigned *random) {
  struct sockaddr_in a = any_address(random);
  int type = stress_random(random, 4) ? SOCK_STREAM : SOCK_DGRAM, on = 1;
  int fd = inet_open(AF_INET, type, 0, O_NONBLOCK);
  if (fd < 0) {
    return;
  }
  sock_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (stress_random(random, 2)) {
    sock_connect(fd, (struct sockaddr *)&a, sizeof a);
  } else if (sock_bind(fd, (struct sockaddr *)&a, sizeof a) == 0 && type == SOCK_STREAM) {
    sock_listen(fd, 1);
  }
  put(random, fd);
}

static void join_some(unsigned *random) {
  struct sockaddr_in a = any_address(random);
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  int fd = any(random);
  switch (stress_random(random, 5)) {
    case 0:
      sock_connect(fd, (struct sockaddr *)&a, sizeof a);
      break;
    case 1:
      sock_connect(fd, &none, sizeof none);
      break;
    case 2:
      sock_shutdown(fd, (int)stress_random(random, 3));
      break;
    default:
      fd = sock_accept4(fd, NULL, NULL, SOCK_NONBLOCK);
      if (fd >= 0) {
        accepted++;
        put(random, fd);
      }
  }
}

static void *run(void *index) {
  unsigned random = (unsigned)(intptr_t)index * 7919 + 1;
  static char bytes[THREADS][30000];
  for (int step = 0; step < STEPS; step++) {
    char *b = bytes[(intptr_t)index];
    struct sockaddr_in a = any_address(&random);
    struct pollfd p = {.fd = any(&random), .events = POLLIN | POLLOUT};
    size_t n = stress_random(&random, sizeof bytes[0]);
    switch (stress_random(&random, 7)) {
      case 0:
        open_some(&random);
        break;
      case 1:
        join_some(&random);
        break;
      case 2:
      case 3:
        sent += sock_sendto(any(&random), b, n, MSG_NOSIGNAL, NULL, 0) > 0;
        break;
      case 4:
        sock_sendto(any(&random), b, n, MSG_NOSIGNAL, (struct sockaddr *)&a, sizeof a);
        break;
      case 5:
        received += sock_recvfrom(any(&random), b, n, MSG_DONTWAIT, NULL, NULL) > 0;
        break;
      default:
        poll_fds(&p, 1, deadline_after(0));
    }
  }
  return NULL;
}

/* ---- A stream each way, and back ------------------------------------------------------------- */

static int ends[2];

static void *write_all(void *end) {
  static char bytes[2][9000];
  int fd = ends[(intptr_t)end];
  for (size_t left = TOTAL; left;) {
    size_t n = left < sizeof bytes[0] ? left : sizeof bytes[0];
    CHECK_EQ(call_write(fd, bytes[(intptr_t)end], n), n);
    left -= n;
  }
  CHECK_EQ(sock_shutdown(fd, SHUT_WR), 0);
  return NULL;
}

static void *read_all(void *end) {
  char bytes[7000];
  ssize_t n;
  size_t total = 0;
  while ((n = call_read(ends[(intptr_t)end - 2], bytes, sizeof bytes)) > 0) {
    total += (size_t)n;
  }
  CHECK_EQ(n, 0);
  CHECK_EQ(total, TOTAL);
  return NULL;
}

static void *run_stream(void *index) {
  return (intptr_t)index < 2 ? write_all(index) : read_all(index);
}

static void test_streams(void) {
  pthread_t threads[4];
  struct sockaddr_in a = address(6999);
  int listener = inet_open(AF_INET, SOCK_STREAM, 0, 0);
  CHECK_EQ(sock_bind(listener, (struct sockaddr *)&a, sizeof a), 0);
  CHECK_EQ(sock_listen(listener, 1), 0);
  ends[0] = inet_open(AF_INET, SOCK_STREAM, 0, 0);
  CHECK_EQ(sock_connect(ends[0], (struct sockaddr *)&a, sizeof a), 0);
  ends[1] = sock_accept4(listener, NULL, NULL, 0);
  stress_start(threads, 4, run_stream);
  stress_join(threads, 4);
  CHECK_EQ(host_fd_close(listener), 0);
  CHECK_EQ(host_fd_close(ends[0]), 0);
  CHECK_EQ(host_fd_close(ends[1]), 0);
}

int main(void) {
  pthread_t threads[THREADS];
  for (int i = 0; i < SLOTS; i++) {
    slots[i] = 1; /* not open */
  }
  stress_start(threads, THREADS, run);
  stress_join(threads, THREADS);
  for (int i = 0; i < SLOTS; i++) {
    host_fd_close(slots[i]);
  }
  CHECK(sent && received && accepted);
  test_streams();
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
