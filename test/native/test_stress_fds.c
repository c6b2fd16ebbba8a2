/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * Threads that open, duplicate, use and close descriptors at random, each other's too. Whatever a
 * number refers to in that moment, every call has an answer, and in the end nothing is left.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "calls.h"
#include "eventfd.h"
#include "host_native.h"
#include "pipe.h"
#include "poll_fds.h"
#include "stress.h"

/* In the second and the third chunk of the table. */
enum { THREADS = 4, FIRST = 500, NUMBERS = 32 };

#define CHECK_ANSWER(call)                                                                         \
  do {                                                                                             \
    int answer = (call);                                                                           \
    CHECK(answer >= 0 || answer == -EBADF || answer == -EMFILE);                                   \
  } while (0)

static _Atomic long done;

static void open_something(unsigned *random) {
  int fds[2];
  int r = stress_random(random, 2) ? eventfd_open(stress_random(random, 3), O_NONBLOCK)
                                   : pipe_open(fds, O_NONBLOCK | O_CLOEXEC);
  CHECK_ANSWER(r);
}

static void poll_some(unsigned *random) {
  struct pollfd p[10];
  for (int i = 0; i < 10; i++) {
    p[i].fd = FIRST + (int)stress_random(random, NUMBERS);
    p[i].events = POLLIN;
  }
  CHECK(poll_fds(p, 10, host_now() + 50000) >= 0);
}

static void select_some(unsigned *random) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(FIRST + stress_random(random, NUMBERS), &set);
  int r = select_fds(FIRST + NUMBERS, NULL, &set, NULL, host_now() + 50000);
  CHECK(r >= 0 || r == -EBADF);
}

static void *meddle(void *index) {
  unsigned random = (unsigned)(intptr_t)index + 1;
  char buf[5000] = {0};
  while (stress_goes_on()) {
    int fd = FIRST + (int)stress_random(&random, NUMBERS);
    int other = FIRST + (int)stress_random(&random, NUMBERS);
    switch (stress_random(&random, 11)) {
      case 0:
        open_something(&random);
        break;
      case 1:
        CHECK_ANSWER(native_dup(fd));
        break;
      case 2:
        CHECK_ANSWER(fd == other ? 0 : native_dup2(fd, other));
        break;
      case 3:
      case 4:
        CHECK_ANSWER(host_fd_close(fd));
        break;
      case 5:
        call_write(fd, buf, stress_random(&random, sizeof buf));
        break;
      case 6:
        call_read(fd, buf, stress_random(&random, sizeof buf));
        break;
      case 7:
        poll_some(&random);
        break;
      case 8:
        select_some(&random);
        break;
      case 9:
        fd_set_flags(fd, fd_get_flags(other) ? 0 : FD_CLOEXEC);
        break;
      default:
        CHECK_ANSWER(call_readiness(fd));
    }
    done++;
  }
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS];
  native_first_fd(FIRST);
  native_limit_fds(NUMBERS);
  stress_begin();
  stress_start(threads, THREADS, meddle);
  stress_join(threads, THREADS);
  CHECK(done > 1000);
  int left = native_open_fds();
  for (int fd = FIRST; fd < FIRST + NUMBERS; fd++) {
    left -= host_fd_close(fd) == 0;
  }
  CHECK_EQ(left, 0);
  CHECK_EQ(native_open_fds(), 0);
  CHECK_EQ(native_live_blocks(), 2); /* chunks of the descriptor table */
  return 0;
}
