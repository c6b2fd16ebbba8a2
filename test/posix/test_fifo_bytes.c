// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// fifo(7): a FIFO holds what a pipe holds, by the same rules, until nobody has it open any more.
// gaps: fifo

#include "scratch.h"
#include <signal.h>
#include <sys/ioctl.h>

static volatile int sigpipes;

static void on_sigpipe(int sig) {
  (void)sig;
  sigpipes++;
}

static char big[100000];

int main(void) {
  int n = -1;
  signal(SIGPIPE, on_sigpipe);
  MUST(mkfifo("f", 0600));
  int r = MUST(open("f", O_RDONLY | O_NONBLOCK)), w = MUST(open("f", O_WRONLY | O_NONBLOCK));
  SHOW(fcntl(r, F_GETPIPE_SZ));
  SHOW(write(w, big, sizeof big));
  SHOW(ioctl(r, FIONREAD, &n));
  CHECK(n == 65536);
  SHOW(write(w, big, 1));
  POLL(w, POLLOUT, 0);
  SHOW(read(r, big, 100));
  POLL(w, POLLOUT, 0);
  SHOW(read(r, big, 4000));
  POLL(w, POLLOUT, 0);
  SHOW(write(w, big, 4097));
  SHOW(write(w, big, 4096));
  SHOW(fcntl(w, F_SETPIPE_SZ, 4096));
  SHOW(fcntl(w, F_SETPIPE_SZ, 262144));
  POLL(w, POLLOUT, 0);
  SHOW(write(w, big, sizeof big));
  SHOW(close(r));
  SHOW(write(w, big, 1));
  CHECK(sigpipes == 1);
  SHOW(write(w, big, 0));
  r = MUST(open("f", O_RDONLY));
  SHOW(read(r, big, 10));
  SHOW(close(w));
  SHOW(close(r));

  r = MUST(open("f", O_RDONLY | O_NONBLOCK));
  w = MUST(open("f", O_WRONLY));
  SHOW(ioctl(r, FIONREAD, &n));
  CHECK(n == 0);
  SHOW(fcntl(r, F_GETPIPE_SZ));
  SHOW(fcntl(w, F_SETFL, O_DIRECT));
  SHOW(write(w, "one", 3));
  SHOW(write(w, "two", 3));
  SHOW(read(r, big, 100));
  SHOW(read(r, big, 100));
  SHOW(lseek(r, 0, SEEK_SET));
  SHOW(pread(r, big, 1, 0));
  return 0;
}
