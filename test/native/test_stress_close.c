/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Closing against waiting: threads read from, write to, and poll descriptors while another closes
 * them and opens others under the same numbers. Nobody waits for ever on what is closed.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "calls.h"
#include "host_native.h"
#include "pipe.h"
#include "poll_fds.h"
#include "stress.h"

enum { WAITERS = 4 };

/* At first, numbers that are not open. */
static _Atomic int reader = 1, writer = 1;
static _Atomic bool over;
static _Atomic long interrupted, transferred;

static void note(ssize_t r) {
  CHECK(r > 0 || r == 0 || r == -EBADF || r == -EPIPE);
  interrupted += r == -EBADF;
  transferred += r > 0;
}

static void *wait_on_them(void *index) {
  unsigned random = (unsigned)(intptr_t)index + 1;
  static char bytes[100000];
  char buf[100];
  while (!over) {
    struct pollfd p = {.fd = reader, .events = POLLIN};
    switch (stress_random(&random, 3)) {
      case 0:
        note(call_read(reader, buf, sizeof buf));
        break;
      case 1:
        note(call_write(writer, bytes, stress_random(&random, sizeof bytes) + 1));
        break;
      default:
        CHECK_EQ(poll_fds(&p, 1, DEADLINE_NONE), 1);
        CHECK(p.revents);
    }
  }
  return NULL;
}

int main(void) {
  pthread_t waiters[WAITERS];
  unsigned random = 12345;
  long rounds = 0;
  stress_begin();
  stress_start(waiters, WAITERS, wait_on_them);
  while (stress_goes_on()) {
    int fds[2];
    CHECK_EQ(pipe_open(fds, 0), 0);
    reader = fds[0];
    writer = fds[1];
    for (unsigned n = stress_random(&random, 200); n > 0; n--) {
      host_now();
    }
    int first = (int)stress_random(&random, 2);
    CHECK_EQ(host_fd_close(fds[first]), 0);
    CHECK_EQ(host_fd_close(fds[!first]), 0);
    rounds++;
  }
  over = true;
  stress_join(waiters, WAITERS);
  CHECK(rounds > 10);
  CHECK(interrupted > 0);
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), 1); /* a chunk of the descriptor table */
  return 0;
}
