// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// readv(2), writev(2): no bytes in all are no call of the file's, in however many segments, after
// the access mode has been looked at; read and write of nothing are (do_readv in fs/read_write.c).

#include "transcript.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>

int main(void) {
  char c;
  struct iovec nothing[2] = {{&c, 0}, {&c, 0}};
  int p[2], counter = MUST(eventfd(1, EFD_NONBLOCK)), epoll = MUST(epoll_create1(0));
  MUST(pipe2(p, O_NONBLOCK));
  int reader = p[0], writer = p[1];
  SHOW(read(counter, &c, 0));
  SHOW(write(counter, &c, 0));
  for (int n = 0; n <= 2; n++) {
    printf("%d empty segments\n", n);
    SHOW(readv(counter, nothing, n));
    SHOW(writev(counter, nothing, n));
    SHOW(readv(reader, nothing, n));
    SHOW(writev(writer, nothing, n));
    SHOW(readv(writer, nothing, n));
    SHOW(writev(reader, nothing, n));
    SHOW(readv(epoll, nothing, n));
    SHOW(writev(epoll, nothing, n));
  }
  SHOW(readv(writer, nothing, 1025));
  SHOW(writev(reader, nothing, 1025));
  SHOW(readv(reader, nothing, 1025));
  SHOW(writev(writer, nothing, -1));
  return 0;
}
