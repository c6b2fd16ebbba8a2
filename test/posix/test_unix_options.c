// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Options of AF_UNIX sockets, and how they read back.
//
// gaps: unix 27
#include "unix.h"

static void show_int(const char *what, int fd, int name) {
  int value = -1;
  socklen_t len = sizeof value;
  int r = getsockopt(fd, SOL_SOCKET, name, &value, &len);
  if (r < 0) {
    printf("%s: %s\n", what, errno_name(errno));
  } else {
    printf("%s: %d, length %d\n", what, value, (int)len);
  }
}

#define SHOW_INT(fd, name) show_int(#name, fd, name)

static void set_int(const char *what, int fd, int level, int name, int value) {
  int r = setsockopt(fd, level, name, &value, sizeof value);
  printf("set %s to %d: %s\n", what, value, r < 0 ? errno_name(errno) : "0");
  if (level == SOL_SOCKET) show_int(what, fd, name);
}

#define SET_INT(fd, name, value) set_int(#name, fd, SOL_SOCKET, name, value)

int main(void) {
  for (int i = 0; i < 3; i++) {
    int fd = MUST(socket(AF_UNIX, unix_types[i], 0));
    printf("-- %s\n", type_name(unix_types[i]));
    CHECK(unix_types[i] == SOCK_STREAM);
    SHOW_INT(fd, SO_TYPE);
    SHOW_INT(fd, SO_DOMAIN);
    SHOW_INT(fd, SO_PROTOCOL);
    SHOW_INT(fd, SO_ACCEPTCONN);
    SHOW_INT(fd, SO_ERROR);
    SHOW_INT(fd, SO_SNDLOWAT);
    SHOW_INT(fd, SO_SNDBUF);
    SHOW_INT(fd, SO_RCVBUF);
    SET_INT(fd, SO_SNDBUF, 1);
    SET_INT(fd, SO_SNDBUF, 10000);
    SET_INT(fd, SO_SNDBUF, 100000);
    SET_INT(fd, SO_RCVBUF, 1);
    SET_INT(fd, SO_RCVBUF, 20000);
    SET_INT(fd, SO_RCVLOWAT, 7);
    SET_INT(fd, SO_RCVLOWAT, 0);
    SET_INT(fd, SO_RCVLOWAT, -1);
    SET_INT(fd, SO_REUSEADDR, 5);
    SET_INT(fd, SO_REUSEPORT, 1);
    SET_INT(fd, SO_REUSEPORT, 0);
    SET_INT(fd, SO_KEEPALIVE, 1);
    SET_INT(fd, SO_BROADCAST, 1);
    SET_INT(fd, SO_DONTROUTE, 1);
    SET_INT(fd, SO_OOBINLINE, 1);
    SET_INT(fd, SO_PASSCRED, 3);
    SET_INT(fd, SO_PASSCRED, 0);
    SET_INT(fd, SO_TYPE, 1);
    SET_INT(fd, SO_PEERCRED, 1);
    SET_INT(fd, 9999, 1);
    set_int("IP", fd, 0, 1, 1);
    set_int("TCP", fd, 6, 1, 1);
    int value;
    socklen_t len = sizeof value;
    SHOW(getsockopt(fd, 6, 1, &value, &len));
    len = 2;
    SHOW(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &len));
    printf("length %d\n", (int)len);
    len = (socklen_t)-1;
    SHOW(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &len));
    SHOW(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, 3));
    struct timeval tv = {1, 500000}, zero = {9, 9};
    SHOW(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
    len = sizeof zero;
    SHOW(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &zero, &len));
    CHECK(zero.tv_sec == 1 && zero.tv_usec == 500000);
    len = sizeof zero;
    SHOW(getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &zero, &len));
    CHECK(zero.tv_sec == 0 && zero.tv_usec == 0);
    struct linger l = {1, 5};
    SHOW(setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof l));
    SHOW(ioctl(fd, FIONBIO, &(int){1}));
    SHOW(fcntl(fd, F_GETFL) & O_NONBLOCK);
    close(fd);
  }
  return 0;
}
