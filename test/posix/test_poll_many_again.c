// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// poll(2): the same hundreds of descriptors call after call, with what a program does to them in
// between: reading, writing, closing, dup2, and other descriptors at other places of the array.
// needs: wait

#include "transcript.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

enum { PIPES = 140, N = 2 * PIPES + 20 };
static int pipes[PIPES][2], pair[2], counter, timer, file;
static struct pollfd set[N];

static void show(const char *what, nfds_t n, int timeout) {
  int r = poll(set, n, timeout);
  printf("%s: %d\n", what, r);
  for (nfds_t i = 0; i < n; i++) {
    if (set[i].revents) printf("  entry %d: %s\n", (int)i, event_names(set[i].revents));
  }
}

static void write_later(void *arg) {
  MUST(write(*(int *)arg, "x", 1));
}

static void close_later(void *arg) {
  MUST(close(*(int *)arg));
}

static void shut_later(void *arg) {
  MUST(shutdown(*(int *)arg, SHUT_WR));
}

static void open_all(void) {
  for (int i = 0; i < PIPES; i++) {
    MUST(pipe(pipes[i]));
    set[2 * i] = (struct pollfd){pipes[i][0], POLLIN, 0};
    set[2 * i + 1] = (struct pollfd){pipes[i][1], 0, 0};
  }
  for (int i = 2 * PIPES; i < N; i++) set[i].fd = -1;
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  MUST(counter = eventfd(0, EFD_NONBLOCK));
  MUST(timer = timerfd_create(CLOCK_MONOTONIC, 0));
  MUST(file = open("/dev/null", O_RDONLY));
  set[N - 4] = (struct pollfd){pair[0], POLLIN, 0};
  set[N - 3] = (struct pollfd){counter, POLLIN, 0};
  set[N - 2] = (struct pollfd){timer, POLLIN, 0};
}

static void ready_and_not(void) {
  char c;
  show("nothing", N, 0);
  MUST(write(pipes[5][1], "ab", 2));
  show("a pipe", N, -1);
  MUST(read(pipes[5][0], &c, 1));
  show("a byte is left", N, -1);
  MUST(read(pipes[5][0], &c, 1));
  show("none is left", N, 0);
  when_blocked(write_later, &pipes[77][1]);
  show("while it waits", N, -1);
  MUST(read(pipes[77][0], &c, 1));
  MUST(eventfd_write(counter, 3));
  show("the counter", N, -1);
  eventfd_t value;
  MUST(eventfd_read(counter, &value));
  show("read", N, 10);
}

static void other_events(void) {
  for (int i = 0; i < 3; i++) set[2 * i + 1].events = POLLOUT;
  show("three writable", N, -1);
  for (int i = 0; i < 3; i++) set[2 * i + 1].events = 0;
  set[N - 4].events = POLLOUT | POLLIN;
  show("the pair", N, -1);
  set[N - 4].events = POLLIN;
  when_blocked(shut_later, &pair[1]);
  show("shut down", N, -1);
  set[N - 4].fd = ~pair[0];
  set[N - 1] = (struct pollfd){file, POLLIN, 0};
  show("a device", N, -1);
  set[N - 1].fd = -1;
  show("none", N, 0);
}

static void time_passes(void) {
  struct itimerspec soon = {.it_value.tv_nsec = 5000000};
  uint64_t ticks;
  for (int i = 0; i < 2; i++) {
    MUST(timerfd_settime(timer, 0, &soon, NULL));
    show("the timer", N, -1);
    MUST(read(timer, &ticks, sizeof ticks));
    show("read", N, 0);
  }
}

static void closes(void) {
  MUST(close(pipes[10][1]));
  show("a writer closed", N, -1);
  MUST(close(pipes[10][0]));
  show("its reader too", N, 0);
  MUST(pipe(pipes[10]));
  printf("the numbers are those of before: %d\n",
         pipes[10][0] == set[20].fd && pipes[10][1] == set[21].fd);
  show("opened anew", N, 0);
  MUST(write(pipes[10][1], "x", 1));
  show("and written to", N, -1);
  char c;
  MUST(read(pipes[10][0], &c, 1));
  MUST(dup2(pipes[11][0], pipes[12][0]));
  MUST(write(pipes[11][1], "x", 1));
  show("one under two numbers", N, -1);
  MUST(read(pipes[12][0], &c, 1));
  show("read by the other", N, 0);
  when_blocked(close_later, &pipes[13][1]);
  show("a writer closed meanwhile", N, -1);
}

static void other_places(void) {
  set[26].fd = -1;
  MUST(write(pipes[20][1], "x", 1));
  struct pollfd first = set[40];
  set[40] = set[100];
  set[100] = first;
  show("exchanged", N, -1);
  show("fewer, still many", 270, -1);
  show("few", 101, -1);
  show("all again", N, -1);
  show("none of them", 90, 0);
}

int main(void) {
  open_all();
  ready_and_not();
  other_events();
  time_passes();
  closes();
  other_places();
  return 0;
}
