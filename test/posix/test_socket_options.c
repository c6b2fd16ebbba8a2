// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// socket(7), tcp(7), ip(7): options read back as they were set; buffer sizes are doubled; those
// that only tell cannot be set.
// gaps: 27
// needs: net

#include "net.h"
#include <sys/time.h>

static void show_option(const char *name, int fd, int level, int option) {
  int value = -1;
  socklen_t len = sizeof value;
  if (getsockopt(fd, level, option, &value, &len)) {
    printf("%s: %s\n", name, errno_name(errno));
  } else {
    printf("%s: %d, length %d\n", name, value, (int)len);
  }
}

static void set_option(const char *name, int fd, int level, int option, int value) {
  if (setsockopt(fd, level, option, &value, sizeof value)) {
    printf("%s = %d: %s\n", name, value, errno_name(errno));
  } else {
    printf("%s = %d\n", name, value);
  }
  show_option(name, fd, level, option);
}

#define GET(fd, level, option) show_option(#fd " " #option, fd, level, option)
#define SET(fd, level, option, value) set_option(#fd " " #option, fd, level, option, value)

int main(void) {
  int tcp = MUST(socket(AF_INET, SOCK_STREAM, 0)), udp = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  GET(tcp, SOL_SOCKET, SO_TYPE);
  GET(udp, SOL_SOCKET, SO_TYPE);
  GET(tcp, SOL_SOCKET, SO_DOMAIN);
  GET(tcp, SOL_SOCKET, SO_PROTOCOL);
  GET(udp, SOL_SOCKET, SO_PROTOCOL);
  GET(tcp, SOL_SOCKET, SO_ERROR);
  GET(tcp, SOL_SOCKET, SO_ACCEPTCONN);
  SET(tcp, SOL_SOCKET, SO_TYPE, SOCK_DGRAM);
  SET(tcp, SOL_SOCKET, SO_REUSEADDR, 1);
  SET(tcp, SOL_SOCKET, SO_REUSEADDR, 0);
  SET(tcp, SOL_SOCKET, SO_REUSEPORT, 1);
  SET(tcp, SOL_SOCKET, SO_KEEPALIVE, 7);
  SET(udp, SOL_SOCKET, SO_BROADCAST, 1);
  SET(tcp, SOL_SOCKET, SO_RCVBUF, 65536);
  SET(tcp, SOL_SOCKET, SO_SNDBUF, 65536);
  SET(udp, SOL_SOCKET, SO_RCVBUF, 50000);
  SET(tcp, IPPROTO_TCP, TCP_NODELAY, 1);
  SET(tcp, IPPROTO_TCP, TCP_NODELAY, 0);
  SET(tcp, IPPROTO_TCP, TCP_KEEPIDLE, 77);
  SET(tcp, IPPROTO_TCP, TCP_KEEPINTVL, 11);
  SET(tcp, IPPROTO_TCP, TCP_KEEPCNT, 5);
  SET(tcp, IPPROTO_IP, IP_TTL, 42);

  struct linger linger = {-1, -1};
  socklen_t len = sizeof linger;
  MUST(getsockopt(tcp, SOL_SOCKET, SO_LINGER, &linger, &len));
  printf("SO_LINGER: %d, %d\n", linger.l_onoff, linger.l_linger);
  linger = (struct linger){1, 5};
  SHOW(setsockopt(tcp, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
  linger = (struct linger){-1, -1};
  MUST(getsockopt(tcp, SOL_SOCKET, SO_LINGER, &linger, &len));
  printf("SO_LINGER: %d, %d\n", linger.l_onoff, linger.l_linger);

  static const int timeouts[] = {SO_RCVTIMEO, SO_SNDTIMEO};
  for (int i = 0; i < 2; i++) {
    struct timeval t = {-1, -1};
    len = sizeof t;
    MUST(getsockopt(tcp, SOL_SOCKET, timeouts[i], &t, &len));
    printf("timeout: %ld s %ld us\n", (long)t.tv_sec, (long)t.tv_usec);
    t = (struct timeval){3, 500000};
    SHOW(setsockopt(tcp, SOL_SOCKET, timeouts[i], &t, sizeof t));
    t = (struct timeval){-1, -1};
    MUST(getsockopt(tcp, SOL_SOCKET, timeouts[i], &t, &len));
    printf("timeout: %ld s %ld us\n", (long)t.tv_sec, (long)t.tv_usec);
  }
  int listener = tcp_listener(AF_INET);
  GET(listener, SOL_SOCKET, SO_ACCEPTCONN);
  return 0;
}
