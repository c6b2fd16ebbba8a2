/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A TCP echo server for all cores: several processes listen on one port with SO_REUSEPORT, and the
 * kernel deals the connections out to them. Plain POSIX and Linux C: one epoll loop, a signalfd.
 *
 * Natively:   cc echo_cores.c -o echo_cores && for i in 1 2; do ./echo_cores 7000 & done
 * On Node.js: emcc echo_cores.c -O2 -sJSPI -sEXIT_RUNTIME=1 --use-port=../emwake.port.py \
 *               -o echo_cores.js && for i in 1 2; do node echo_cores.js 7000 & done
 *
 * Port 0 (the default) takes a free one, which the first line of output names, for the other
 * processes to be started with. SIGTERM ends a process, which then says what it has served.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_SIZE 65536
#define BATCH 256

/* A connection has memory of its own only for what its peer has not taken: pending[0, length). */
struct client {
  int fd;
  char *pending;
  size_t length;
};

static int epoll;
static char buffer[BUFFER_SIZE];
static unsigned long long connections, bytes;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void watch(int fd, int events, void *who, int operation) {
  struct epoll_event event = {.events = (unsigned)events, .data.ptr = who};
  if (epoll_ctl(epoll, operation, fd, &event) < 0) die("epoll_ctl");
}

static int listen_on(int port) {
  struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  socklen_t len = sizeof addr;
  int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) < 0) die("socket");
  if (bind(fd, (struct sockaddr *)&addr, len) < 0) die("bind");
  if (listen(fd, 1024) < 0) die("listen");
  if (getsockname(fd, (struct sockaddr *)&addr, &len) < 0) die("getsockname");
  printf("listening on 127.0.0.1:%d\n", ntohs(addr.sin_port));
  return fd;
}

static int open_signals(void) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  int fd = signalfd(-1, &signals, SFD_NONBLOCK);
  if (fd < 0) die("signalfd");
  return fd;
}

static void accept_all(int listener) {
  int fd, yes = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    struct client *c = calloc(1, sizeof *c);
    if (!c) die("calloc");
    c->fd = fd;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    watch(fd, EPOLLIN, c, EPOLL_CTL_ADD);
    connections++;
  }
  /* Whoever gave up before it was accepted, and a lack of descriptors, end no server. */
  if (errno != EAGAIN && errno != ECONNABORTED && errno != EMFILE) die("accept");
}

static void hang_up(struct client *c) {
  close(c->fd);
  free(c->pending);
  free(c);
}

/* Sends data, and keeps what does not go. Returns whether the connection lives. */
static bool reply(struct client *c, const char *data, size_t length) {
  ssize_t n = send(c->fd, data, length, MSG_NOSIGNAL);
  if (n < 0 && errno != EAGAIN) return false;
  size_t sent = n > 0 ? (size_t)n : 0;
  bytes += sent;
  if (sent == length) return true;
  c->length = length - sent;
  c->pending = malloc(c->length);
  if (!c->pending) return false;
  memcpy(c->pending, data + sent, c->length);
  watch(c->fd, EPOLLOUT, c, EPOLL_CTL_MOD);
  return true;
}

static bool reply_pending(struct client *c) {
  char *data = c->pending;
  c->pending = NULL;
  bool alive = reply(c, data, c->length);
  free(data);
  if (alive && !c->pending) watch(c->fd, EPOLLIN, c, EPOLL_CTL_MOD);
  return alive;
}

static bool serve(struct client *c) {
  if (c->pending) return reply_pending(c);
  ssize_t n = recv(c->fd, buffer, sizeof buffer, 0);
  return n > 0 ? reply(c, buffer, (size_t)n) : n < 0 && errno == EAGAIN;
}

int main(int argc, char **argv) {
  struct epoll_event events[BATCH];
  bool ended = false;
  setvbuf(stdout, NULL, _IOLBF, 0);
  if ((epoll = epoll_create1(0)) < 0) die("epoll_create1");
  int signals = open_signals(), listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
  watch(listener, EPOLLIN, &listener, EPOLL_CTL_ADD);
  watch(signals, EPOLLIN, &signals, EPOLL_CTL_ADD);
  while (!ended) {
    int count = epoll_wait(epoll, events, BATCH, -1);
    if (count < 0) die("epoll_wait");
    for (int i = 0; i < count; i++) {
      void *who = events[i].data.ptr;
      if (who == &listener) {
        accept_all(listener);
      } else if (who == &signals) {
        ended = true;
      } else if (!serve(who)) {
        hang_up(who);
      }
    }
  }
  printf("served %llu connections, %llu bytes\n", connections, bytes);
  return 0;
}
