// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// What standard input is: fstat, isatty, ttyname, lseek, epoll_ctl, and the flags of fcntl.
//
// gaps: 15
// stdin: pipe socket tty file null

#include "driver.h"
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

int main(int argc, char **argv) {
  (void)argc;
  struct stat st;
  SHOW(fstat(0, &st));
  printf("type %o\n", st.st_mode & S_IFMT);
  errno = 0;
  printf("isatty %d %s\n", isatty(0), isatty(0) ? "" : errno_name(errno));
  printf("ttyname %s\n", ttyname(0) ? "yes" : errno_name(errno));
  struct winsize size = {0};
  SHOW(ioctl(0, TIOCGWINSZ, &size));
  printf("%d x %d\n", size.ws_row, size.ws_col);
  int epoll = MUST(epoll_create1(0));
  struct epoll_event event = {.events = EPOLLIN};
  SHOW(epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &event));
  bool ready = IN_IS("file") || IN_IS("null");
  if (ready) POLL(0, POLLIN | POLLRDNORM, 0);
  SHOW(lseek(0, 0, SEEK_CUR));
  if (IN_IS("file")) {
    show_read(0, 6);
    SHOW(lseek(0, 0, SEEK_CUR));
    char buf[4];
    SHOW(pread(0, buf, 4, 6));
    show_read(0, 6);
    SHOW(lseek(0, 1, SEEK_SET));
    show_read(0, 6);
    SHOW(lseek(0, -4, SEEK_END));
    show_read(0, 6);
    SHOW(lseek(0, -1, SEEK_SET));
  }
  if (IN_IS("pipe")) {
    SHOW(write(0, "x", 1));
    SHOW(fcntl(0, F_GETFL) & O_ACCMODE);
  }
  if (!ready) {
    SHOW(fcntl(0, F_GETFL) & O_NONBLOCK);
    set_nonblocking(0, 1);
    SHOW(fcntl(0, F_GETFL) & O_NONBLOCK);
    show_read(0, 10);
    int copy = MUST(dup(0));
    show_read(copy, 10);
    set_nonblocking(copy, 0);
    SHOW(fcntl(0, F_GETFL) & O_NONBLOCK);
    int one = 1;
    SHOW(ioctl(copy, FIONBIO, &one));
    show_read(0, 10);
    SHOW(ioctl(0, FIONREAD, &one));
    printf("FIONREAD %d\n", one);
    close(copy);
  }
  SHOW(close(0));
  SHOW(read(0, &st, 1));
  SHOW(dup(1));
  return 0;
}
