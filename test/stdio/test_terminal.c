// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A terminal: its window, /dev/tty, its descriptors are one terminal and can be read and written;
// O_NONBLOCK; what others than terminals answer.
//
// stdin: tty pipe
// stdout: tty pipe file null

#include "driver.h"
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

static void show_size(int fd) {
  struct winsize w = {1, 1, 1, 1};
  SHOW(ioctl(fd, TIOCGWINSZ, &w));
  printf("%d x %d\n", w.ws_row, w.ws_col);
}

int main(int argc, char **argv) {
  (void)argc;
  struct termios t;
  show_size(0);
  show_size(1);
  SHOW(tcgetattr(0, &t));
  SHOW(tcgetattr(1, &t));
  SHOW(isatty(0));
  SHOW(isatty(1));
  SHOW(fcntl(0, F_GETFL) & O_ACCMODE);
  SHOW(fcntl(1, F_GETFL) & O_ACCMODE);
  if (IN_IS("tty") || OUT_IS("tty")) TELL("size 30 100");
  TELL("write x\\n");
  show_read(0, 10);
  show_size(0);
  show_size(1);
  struct stat a, b;
  int tty = open("/dev/tty", O_RDWR);
  printf("/dev/tty %s\n", tty < 0 ? errno_name(errno) : "is there");
  if (tty >= 0) {
    SHOW(isatty(tty));
    SHOW(write(tty, "to the terminal\n", 16));
    SHOW(close(tty));
  }
  int in = MUST(open("/dev/stdin", O_RDONLY));
  SHOW(fstat(in, &a));
  SHOW(fstat(0, &b));
  CHECK((a.st_mode & S_IFMT) == (b.st_mode & S_IFMT));
  TELL("write y\\n");
  show_read(in, 10);
  close(in);
  TELL("write z\\n");
  show_read(0, 10);
  if (IN_IS("tty")) {
    SHOW(write(0, "by standard input\n", 18));
  }
  if (IN_IS("tty") && OUT_IS("tty")) {
    TELL("write w\\n");
    show_read(1, 10);
  }
  return 0;
}
