/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * AF_UNIX under threads: sockets of all types that any thread may send to, receive from, pass on in
 * messages, connect, accept, shut down and close at any time. In the end nothing is left.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "calls.h"
#include "host_native.h"
#include "poll_fds.h"
#include "stress.h"
#include "unix.h"
#include "unix_calls.h"

enum { THREADS = 4, SLOTS = 24, NAMES = 3, STEPS = 8000 };

/* Numbers that are open, or were a moment ago. */
static _Atomic int slots[SLOTS];
static _Atomic long sent, received, passed, connected, accepted;

static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};

static int any(unsigned *random) {
  return slots[stress_random(random, SLOTS)];
}

static void put(unsigned *random, int fd) {
  int old = atomic_exchange(&slots[stress_random(random, SLOTS)], fd);
  host_fd_close(old);
}

static const char *name_of(unsigned *random) {
  static const char *const names[NAMES] = {"one", "two", "three"};
  return names[stress_random(random, NAMES)];
}

static void open_some(unsigned *random) {
  int sv[2], type = types[stress_random(random, 3)];
  if (stress_random(random, 3)) {
    if (sock_socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, sv) == 0) {
      put(random, sv[0]);
      put(random, sv[1]);
    }
    return;
  }
  int fd = unix_open(type, O_NONBLOCK);
  if (fd < 0) {
    return;
  }
  if (call_bind(fd, name_of(random)) == 0) {
    sock_listen(fd, 2);
  }
  put(random, fd);
}

static void send_some(unsigned *random) {
  static char bytes[20000];
  int fds[2] = {any(random), any(random)};
  if (stress_random(random, 2)) {
    sent += sock_sendto(any(random), bytes, stress_random(random, sizeof bytes), MSG_NOSIGNAL, NULL,
                        0) > 0;
  } else {
    passed += call_send_fds(any(random), "x", 1, fds, 2, MSG_NOSIGNAL) > 0;
  }
}

static void receive_some(unsigned *random) {
  char bytes[10000];
  int fds[2], n = 2, peek = stress_random(random, 4) ? 0 : MSG_PEEK;
  received += call_receive_fds(any(random), bytes, sizeof bytes, fds, &n, peek | MSG_DONTWAIT) > 0;
  for (int i = 0; i < n; i++) {
    put(random, fds[i]);
  }
}

static void join_some(unsigned *random) {
  int fd;
  switch (stress_random(random, 3)) {
    case 0:
      connected += call_connect(any(random), name_of(random)) == 0;
      break;
    case 1:
      fd = sock_accept4(any(random), NULL, NULL, SOCK_NONBLOCK);
      if (fd >= 0) {
        accepted++;
        put(random, fd);
      }
      break;
    default:
      sock_shutdown(any(random), (int)stress_random(random, 3));
  }
}

static void look(unsigned *random) {
  struct pollfd p[3];
  for (int i = 0; i < 3; i++) {
    p[i] = (struct pollfd){.fd = any(random), .events = POLLIN | POLLOUT};
  }
  poll_fds(p, 3, deadline_after(stress_random(random, 2) ? 0 : 100000));
}

static void *run(void *index) {
  unsigned random = (unsigned)(intptr_t)index * 7919 + 1;
  for (int step = 0; step < STEPS; step++) {
    switch (stress_random(&random, 8)) {
      case 0:
        open_some(&random);
        break;
      case 1:
      case 2:
      case 3:
        send_some(&random);
        break;
      case 4:
      case 5:
        receive_some(&random);
        break;
      case 6:
        join_some(&random);
        break;
      default:
        look(&random);
    }
  }
  return NULL;
}

/* Waits for each other: a stream through small buffers, in one direction. */
static int stream[2];

static void *write_all(void *unused) {
  static char bytes[3000];
  (void)unused;
  for (int i = 0; i < 300; i++) {
    CHECK_EQ(call_write(stream[0], bytes, sizeof bytes), sizeof bytes);
  }
  CHECK_EQ(host_fd_close(stream[0]), 0);
  return NULL;
}

static void test_blocking_stream(void) {
  pthread_t writer;
  char bytes[1700];
  int small = 1;
  ssize_t n;
  size_t total = 0;
  CHECK_EQ(sock_socketpair(AF_UNIX, SOCK_STREAM, 0, stream), 0);
  CHECK_EQ(sock_setsockopt(stream[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
  CHECK_EQ(pthread_create(&writer, NULL, write_all, NULL), 0);
  while ((n = call_read(stream[1], bytes, sizeof bytes)) > 0) {
    total += (size_t)n;
  }
  CHECK_EQ(n, 0);
  CHECK_EQ(total, 300 * 3000);
  CHECK_EQ(pthread_join(writer, NULL), 0);
  CHECK_EQ(host_fd_close(stream[1]), 0);
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
  CHECK(sent && received && passed && connected && accepted);
  test_blocking_stream(); /* its end sets off the last collection */
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
