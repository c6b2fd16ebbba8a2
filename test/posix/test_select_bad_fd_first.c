// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// select(2), EBADF: no descriptor is asked before all of them are known to be open (do_select in
// fs/select.c). It shows on an epoll instance: whoever asks it takes off its ready list what is not
// ready.

#include "epolls.h"
#include <sys/select.h>

int main(void) {
  int first[2], second[2], e = MUST(epoll_create1(0));
  MUST(pipe(first));
  MUST(pipe(second));
  int reader = first[0], writer = second[1], closed = MUST(dup(e));
  MUST(close(closed));
  ADD(e, reader, 0);
  ADD(e, writer, 0);
  // Onto the ready list, without being ready for anything that is watched.
  MUST(fcntl(writer, F_SETPIPE_SZ, 4096));
  MUST(close(first[1]));
  fd_set set;
  FD_ZERO(&set);
  FD_SET(e, &set);
  FD_SET(closed, &set);
  SHOW(select(closed + 1, &set, NULL, NULL, &(struct timeval){0}));
  MOD(e, writer, EPOLLOUT);
  WAIT(e, 0);
  return 0;
}
