// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// open(2), fifo(7): with O_NONBLOCK a reader opens at once, a writer gets ENXIO unless there is a
// reader; O_RDWR never waits.
// gaps: fifo

#include "scratch.h"

int main(void) {
  char buf[8];
  SHOW(mkfifo("f", 0644));
  SHOW(open("f", O_WRONLY | O_NONBLOCK));
  int r = MUST(open("f", O_RDONLY | O_NONBLOCK));
  POLL(r, POLLIN | POLLRDNORM, 0);
  SHOW(read(r, buf, sizeof buf));
  int w = MUST(open("f", O_WRONLY | O_NONBLOCK));
  POLL(w, POLLOUT | POLLWRNORM, 0);
  SHOW(read(r, buf, sizeof buf));
  SHOW(write(w, "abc", 3));
  SHOW(write(r, "abc", 3));
  SHOW(read(w, buf, 3));
  POLL(r, POLLIN | POLLRDNORM, 0);
  SHOW(read(r, buf, sizeof buf));
  int both = MUST(open("f", O_RDWR));
  SHOW(write(both, "xy", 2));
  POLL(both, POLLIN | POLLOUT, 0);
  SHOW(read(r, buf, sizeof buf));
  SHOW(close(w));
  SHOW(close(r));
  POLL(both, POLLIN | POLLOUT, 0);
  // Both ends are there, so that nobody waits.
  int r2 = MUST(open("f", O_RDONLY)), w2 = MUST(open("f", O_WRONLY));
  SHOW(write(w2, "z", 1));
  SHOW(read(r2, buf, sizeof buf));
  CHECK(buf[0] == 'z');
  SHOW(close(both));
  SHOW(close(r2));
  SHOW(close(w2));
  SHOW(open("f", O_WRONLY | O_NONBLOCK));
  SHOW(open("f", O_RDONLY | O_CREAT | O_EXCL, 0600));
  SHOW(open("f", O_RDONLY | O_DIRECTORY | O_NONBLOCK));
  CHECK((r = open("f", O_RDONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0600)) >= 0);
  CHECK((fcntl(r, F_GETFL) & (O_ACCMODE | O_NONBLOCK | O_CREAT | O_TRUNC | O_EXCL)) == O_NONBLOCK);
  return 0;
}
