// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// pipe_poll() in fs/pipe.c: a reader that was opened without waiting, before any writer, is not hung
// up until a writer has come and gone; a writer is in error while there is no reader.
// gaps: fifo

#include "scratch.h"
#include <signal.h>

int main(void) {
  char buf[8];
  signal(SIGPIPE, SIG_IGN);
  MUST(mkfifo("f", 0600));
  int first = MUST(open("f", O_RDONLY | O_NONBLOCK));
  POLL(first, POLLIN, 0);
  int w = MUST(open("f", O_WRONLY | O_NONBLOCK));
  POLL(first, POLLIN, 0);
  SHOW(close(w));
  POLL(first, POLLIN, 0);
  SHOW(read(first, buf, sizeof buf));
  int second = MUST(open("f", O_RDONLY | O_NONBLOCK));
  POLL(second, POLLIN, 0);
  w = MUST(open("f", O_WRONLY));
  POLL(first, POLLIN, 0);
  SHOW(read(first, buf, sizeof buf));
  SHOW(write(w, "abc", 3));
  SHOW(close(w));
  POLL(first, POLLIN, 0);
  POLL(second, POLLIN, 0);
  SHOW(read(second, buf, sizeof buf));
  SHOW(read(second, buf, sizeof buf));

  w = MUST(open("f", O_WRONLY));
  SHOW(close(first));
  POLL(w, POLLOUT, 0);
  SHOW(write(w, "abc", 3));
  SHOW(close(second));
  POLL(w, POLLOUT, 0);
  SHOW(write(w, "abc", 3));
  first = MUST(open("f", O_RDONLY | O_NONBLOCK));
  POLL(w, POLLOUT, 0);
  SHOW(read(first, buf, sizeof buf));
  SHOW(read(first, buf, sizeof buf));
  int both = MUST(open("f", O_RDWR));
  SHOW(close(w));
  POLL(first, POLLIN, 0);
  SHOW(close(first));
  POLL(both, POLLIN | POLLOUT, 0);
  return 0;
}
