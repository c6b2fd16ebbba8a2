// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// fcntl(2), F_SETFL: O_DIRECT is refused where it means nothing, O_ASYNC is ignored where nothing
// would signal (setfl in fs/fcntl.c); FIOASYNC refuses to set it there (ioctl_fioasync).

#include "transcript.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static void try_flags(const char *name, int fd) {
  printf("%s\n", name);
  int on = 1, off = 0;
  SHOW(fcntl(fd, F_SETFL, O_NONBLOCK | O_DIRECT));
  CHECK(fcntl(fd, F_GETFL) & O_DIRECT);
  CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
  SHOW(fcntl(fd, F_SETFL, O_APPEND | O_ASYNC));
  CHECK(fcntl(fd, F_GETFL) & O_ASYNC);
  CHECK(fcntl(fd, F_GETFL) & O_APPEND);
  SHOW(fcntl(fd, F_SETFL, 0));
  SHOW(ioctl(fd, FIOASYNC, &off));
  SHOW(ioctl(fd, FIOASYNC, &on));
  CHECK(fcntl(fd, F_GETFL) & O_ASYNC);
}

int main(void) {
  int p[2];
  MUST(pipe(p));
  try_flags("reader", p[0]);
  try_flags("writer", p[1]);
  try_flags("eventfd", MUST(eventfd(0, 0)));
  try_flags("epoll", MUST(epoll_create1(0)));
  try_flags("socket", MUST(socket(AF_INET, SOCK_DGRAM, 0)));
  return 0;
}
