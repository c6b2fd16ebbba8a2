// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// signal(7): what SA_RESTART restarts: read, readv, write, writev, accept, recv, recvfrom, recvmsg, send,
// but none of a socket with a time-out of its own; what was transferred before the signal is the result.
//
// gaps: 4
// needs: wait net

#include "net.h"
#include "signals.h"
#include <sys/time.h>
#include <sys/uio.h>

static int p[2], full[2], peer;
static char page[1 << 16];

static void write_to_pipe(void *arg) {
  (void)arg;
  write(p[1], "x", 1);
}

static void signal_then_write(void *arg) {
  kill_process((void *)(intptr_t)SIGUSR1);
  when_blocked(write_to_pipe, arg);
}

static void drain(void *arg) {
  (void)arg;
  read(full[0], page, sizeof page);
}

static void signal_then_drain(void *arg) {
  kill_process((void *)(intptr_t)SIGUSR1);
  when_blocked(drain, arg);
}

static void send_to_main(void *arg) {
  (void)arg;
  send(peer, "x", 1, 0);
}

static void signal_then_send(void *arg) {
  kill_process((void *)(intptr_t)SIGUSR1);
  when_blocked(send_to_main, arg);
}

static void pipes(void) {
  char byte;
  struct iovec v = {&byte, 1}, w = {page, 1};
  when_blocked(signal_then_write, NULL);
  SHOW(read(p[0], &byte, 1));
  when_blocked(signal_then_write, NULL);
  SHOW(readv(p[0], &v, 1));
  MUST(write(full[1], page, sizeof page));
  when_blocked(signal_then_drain, NULL);
  SHOW(write(full[1], page, 1));
  MUST(read(full[0], page, 1));
  MUST(write(full[1], page, sizeof page));
  when_blocked(signal_then_drain, NULL);
  SHOW(writev(full[1], &w, 1));
  MUST(read(full[0], page, 1));
  printf("caught: %d\n", caught[SIGUSR1]);
}

static void sockets(int fd) {
  char byte;
  struct iovec v = {&byte, 1};
  struct msghdr msg = {.msg_iov = &v, .msg_iovlen = 1};
  when_blocked(signal_then_send, NULL);
  SHOW(recv(fd, &byte, 1, 0));
  when_blocked(signal_then_send, NULL);
  SHOW(recvfrom(fd, &byte, 1, 0, NULL, NULL));
  when_blocked(signal_then_send, NULL);
  SHOW(recvmsg(fd, &msg, 0));
  when_blocked(signal_then_send, NULL);
  SHOW(read(fd, &byte, 1));
  printf("caught: %d\n", caught[SIGUSR1]);

  struct timeval limit = {SOON / 1000, 0};
  MUST(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
  kill_when_blocked(SIGUSR1);
  SHOW(recv(fd, &byte, 1, 0));
  kill_when_blocked(SIGUSR1);
  SHOW(read(fd, &byte, 1));
  printf("caught: %d\n", caught[SIGUSR1]);
  limit.tv_sec = 0;
  MUST(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
}

static void partial(int fd) {
  char two[2];
  install(SIGUSR1, count_signal, 0);
  kill_when_blocked(SIGUSR1);
  SHOW(write(full[1], page, sizeof page + 1));
  MUST(read(full[0], page, sizeof page));
  send(peer, "x", 1, 0);
  await(fd, POLLIN);
  kill_when_blocked(SIGUSR1);
  SHOW(recv(fd, two, 2, MSG_WAITALL));
  kill_when_blocked(SIGUSR1);
  SHOW(recv(fd, two, 2, MSG_WAITALL));
  printf("caught: %d\n", caught[SIGUSR1]);
}

int main(void) {
  MUST(pipe(p));
  MUST(pipe(full));
  install(SIGUSR1, count_signal, SA_RESTART);
  pipes();

  int fd, listener = tcp_listener(AF_INET);
  tcp_pair(AF_INET, &peer, &fd);
  sockets(fd);
  partial(fd);

  install(SIGUSR1, count_signal, 0);
  kill_when_blocked(SIGUSR1);
  SHOW(accept(listener, NULL, NULL));
  struct timeval limit = {SOON / 1000, 0};
  MUST(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
  install(SIGUSR1, count_signal, SA_RESTART);
  kill_when_blocked(SIGUSR1);
  SHOW(accept(listener, NULL, NULL));
  return 0;
}
