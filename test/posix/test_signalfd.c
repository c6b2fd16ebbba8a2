// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// signalfd(2): reads what is pending of its mask, several at once, in the order of delivery; O_NONBLOCK,
// sizes, another mask for the same descriptor, dup, errors.
//
// gaps: signalfd

#include "signals.h"
#include <sys/signalfd.h>

static void show_read(int fd, size_t size) {
  struct signalfd_siginfo info[4];
  memset(info, 0, sizeof info);
  ssize_t n = SHOW(read(fd, info, size));
  for (ssize_t i = 0; i < n / (ssize_t)sizeof *info; i++) {
    int sig = (int)info[i].ssi_signo;
    printf("signo %d%s, code %d, own pid: %d, own uid: %d, int %d, ptr %d\n",
           sig < SIGRTMIN ? sig : sig - SIGRTMIN, sig < SIGRTMIN ? "" : " above SIGRTMIN",
           info[i].ssi_code, info[i].ssi_pid == (uint32_t)getpid(), info[i].ssi_uid == getuid(),
           info[i].ssi_int, (int)info[i].ssi_ptr == info[i].ssi_int);
  }
}

int main(void) {
  sigset_t set = set_of(SIGUSR1, SIGRTMIN), other = set_of(SIGUSR2, 0);
  printf("size %d\n", (int)sizeof(struct signalfd_siginfo));
  MUST(sigprocmask(SIG_BLOCK, &set, NULL));
  MUST(sigprocmask(SIG_BLOCK, &other, NULL));
  int fd = MUST(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC);
  CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
  POLL(fd, POLLIN | POLLOUT, 0);
  show_read(fd, 512);
  show_read(fd, 127);

  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 1});
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 2});
  kill(getpid(), SIGUSR1);
  raise(SIGUSR2);
  POLL(fd, POLLIN | POLLOUT, 0);
  show_read(fd, 128);
  CHECK(is_pending(SIGUSR1));
  POLL(fd, POLLIN, 0);
  show_read(fd, 512);
  POLL(fd, POLLIN, 0);

  int copy = MUST(dup(fd));
  CHECK(signalfd(fd, &other, 0) == fd);
  POLL(copy, POLLIN, 0);
  show_read(copy, 200);
  SHOW(write(fd, "x", 1));
  MUST(close(copy));

  // One that is ignored while it is blocked.
  signal(SIGUSR2, SIG_IGN);
  kill(getpid(), SIGUSR2);
  POLL(fd, POLLIN, 0);

  int p[2];
  MUST(pipe(p));
  SHOW(signalfd(p[0], &set, 0));
  SHOW(signalfd(12345, &set, 0));
  SHOW(signalfd(-1, &set, 7));
  return 0;
}
