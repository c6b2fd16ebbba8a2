/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * A TCP echo server in plain POSIX C: one poll loop, non-blocking connections, no Emscripten in it.
 * Natively:   cc echo_server.c -o echo_server && ./echo_server 7000
 * On Node.js: emcc echo_server.c -sJSPI --use-port=../emwake.port.py -o echo_server.js &&
 *             node echo_server.js 7000
 * Port 0 (the default) takes a free one; the first line of output says which. A second argument
 * makes it exit after it has served that many connections.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_CLIENTS 256
#define BUFFER_SIZE 65536

struct client {
  struct sockaddr_in peer;
  size_t start, end; /* what was read and not yet written back: buffer[start, end) */
  unsigned long long echoed;
  char buffer[BUFFER_SIZE];
};

/* fds[0] is the listener; fds[i] belongs to clients[i]. */
static struct pollfd fds[1 + MAX_CLIENTS];
static struct client *clients[1 + MAX_CLIENTS];
static int count = 1;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int listen_on(int port) {
  struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(port)};
  socklen_t len = sizeof addr;
  int yes = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0) die("socket");
  if (bind(fd, (struct sockaddr *)&addr, len) < 0) die("bind");
  if (listen(fd, 128) < 0) die("listen");
  if (getsockname(fd, (struct sockaddr *)&addr, &len) < 0) die("getsockname");
  printf("listening on 127.0.0.1:%d\n", ntohs(addr.sin_port));
  return fd;
}

static void open_client(void) {
  struct client *c = malloc(sizeof *c);
  socklen_t len = sizeof c->peer;
  if (!c) die("malloc");
  int fd = accept(fds[0].fd, (struct sockaddr *)&c->peer, &len);
  if (fd < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) < 0) die("accept");
  c->start = c->end = c->echoed = 0;
  clients[count] = c;
  fds[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
}

static void close_client(int i, const char *why) {
  struct client *c = clients[i];
  printf("%s:%d echoed %llu bytes, %s\n", inet_ntoa(c->peer.sin_addr), ntohs(c->peer.sin_port),
         c->echoed, why);
  close(fds[i].fd);
  free(c);
  count--;
  fds[i] = fds[count];
  clients[i] = clients[count];
}

/* Moves what can be moved without waiting. Returns why the connection is over, or NULL. */
static const char *serve(int i) {
  struct client *c = clients[i];
  if (c->start == c->end) {
    ssize_t n = read(fds[i].fd, c->buffer, BUFFER_SIZE);
    if (n == 0) return "closed";
    if (n < 0) return errno == EAGAIN ? NULL : strerror(errno);
    c->start = 0;
    c->end = n;
  }
  ssize_t n = write(fds[i].fd, c->buffer + c->start, c->end - c->start);
  if (n < 0 && errno != EAGAIN) return strerror(errno);
  if (n > 0) c->start += n, c->echoed += n;
  fds[i].events = c->start == c->end ? POLLIN : POLLOUT;
  return NULL;
}

int main(int argc, char **argv) {
  int left = argc > 2 ? atoi(argv[2]) : -1;
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);
  fds[0].fd = listen_on(argc > 1 ? atoi(argv[1]) : 0);
  while (left != 0) {
    fds[0].events = count <= MAX_CLIENTS ? POLLIN : 0;
    if (poll(fds, count, -1) < 0) die("poll");
    /* Downwards: closing moves the last client, which was already served, into the gap. */
    for (int i = count - 1; i > 0; i--) {
      const char *why = fds[i].revents ? serve(i) : NULL;
      if (why) close_client(i, why), left--;
    }
    if (fds[0].revents) open_client();
  }
  return 0;
}
