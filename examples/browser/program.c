/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * What the page shows at work, all of it in one program in one page: main is an echo server, one epoll
 * loop; its clients are tasks, which block on their sockets; and another task has an epoll loop over a
 * timer, a pipe and an eventfd. There is nothing in it for the page's sake but the functions at the end.
 */
#include <arpa/inet.h>
#include <emscripten/em_macros.h>
#include <emscripten/task.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define PORT 7
#define MAX_CLIENTS 8
#define MAX_MESSAGE 65536

/* What the page may change, and what it asks for. */
static int wanted_clients = 3, pause_ms = 400, message_size = 8192;
static int clients;
static double bytes_echoed;

static struct sockaddr_in address(void) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

static void watch(int epoll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

/* ---- The clients, a task each ------------------------------------------------------------------ */

static int receive_all(int fd, char *to, size_t len) {
  while (len) {
    ssize_t n = read(fd, to, len);
    if (n <= 0) {
      return 0;
    }
    to += n;
    len -= (size_t)n;
  }
  return 1;
}

static int exchange(int fd, char *sent, char *back, size_t len) {
  memset(sent, 'a' + rand() % 26, len);
  if (write(fd, sent, len) != (ssize_t)len || !receive_all(fd, back, len)) {
    return 0;
  }
  return !memcmp(sent, back, len);
}

static void talk(int fd, int number) {
  char *sent = malloc(MAX_MESSAGE), *back = malloc(MAX_MESSAGE);
  while (sent && back && number <= wanted_clients) {
    if (!exchange(fd, sent, back, (size_t)message_size)) {
      break;
    }
    /* For a while, unless the server ends. */
    poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, pause_ms / 2 + rand() % (pause_ms + 1));
  }
  free(sent);
  free(back);
}

static void *client(void *arg) {
  struct sockaddr_in a = address();
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0) {
    talk(fd, (int)(intptr_t)arg);
  } else {
    perror("connect");
  }
  close(fd);
  clients--;
  return NULL;
}

static void start_clients(void) {
  while (clients < wanted_clients) {
    char name[16];
    snprintf(name, sizeof name, "client %d", ++clients);
    if (emscripten_task_spawn(NULL, &(em_task_attr_t){.name = name}, client,
                              (void *)(intptr_t)clients)) {
      clients--;
      return;
    }
  }
}

/* ---- A timer, a pipe and an eventfd ------------------------------------------------------------ */

/* Writes to the pipe what the timer says, and counts on the eventfd what comes out of it. */
static void turn(int timer, const int pipes[2], int counter, int ready) {
  uint64_t ticks;
  char line[32];
  ssize_t n;
  if (ready == timer && read(timer, &ticks, sizeof ticks) == sizeof ticks) {
    n = snprintf(line, sizeof line, "%d tick\n", (int)ticks);
    write(pipes[1], line, (size_t)n);
  } else if (ready == pipes[0] && (n = read(pipes[0], line, sizeof line)) > 0) {
    eventfd_write(counter, (eventfd_t)n);
  } else if (ready == counter) {
    eventfd_read(counter, &ticks);
  }
}

static void *tick(void *arg) {
  int pipes[2], epoll = epoll_create1(0), counter = eventfd(0, 0);
  int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  struct itimerspec every = {{0, 700000000}, {0, 700000000}};
  pipe(pipes);
  timerfd_settime(timer, 0, &every, NULL);
  watch(epoll, timer);
  watch(epoll, pipes[0]);
  watch(epoll, counter);
  for (struct epoll_event event; epoll_wait(epoll, &event, 1, -1) >= 0;) {
    turn(timer, pipes, counter, event.data.fd);
  }
  return arg;
}

/* ---- The server -------------------------------------------------------------------------------- */

/* Echoes what there is. The client reads before it sends more than the sockets hold. */
static void echo(int fd) {
  static char buffer[16384];
  ssize_t n = read(fd, buffer, sizeof buffer);
  if (n <= 0 || write(fd, buffer, (size_t)n) != n) {
    close(fd);
  } else {
    bytes_echoed += (double)n;
  }
}

int main(void) {
  struct sockaddr_in a = address();
  int epoll = epoll_create1(0), listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&a, sizeof a) || listen(listener, MAX_CLIENTS)) {
    perror("listen");
    return 1;
  }
  watch(epoll, listener);
  start_clients();
  emscripten_task_spawn(NULL, &(em_task_attr_t){.name = "ticker"}, tick, NULL);
  for (;;) {
    struct epoll_event events[8];
    int n = epoll_wait(epoll, events, 8, -1);
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        watch(epoll, accept(listener, NULL, NULL));
      } else {
        echo(fd);
      }
    }
  }
}

/* ---- For the page ------------------------------------------------------------------------------ */

EMSCRIPTEN_KEEPALIVE double page_bytes_echoed(void) {
  return bytes_echoed;
}

EMSCRIPTEN_KEEPALIVE void page_set(int number_of_clients, int pause, int size) {
  wanted_clients = number_of_clients < MAX_CLIENTS ? number_of_clients : MAX_CLIENTS;
  pause_ms = pause;
  message_size = size < MAX_MESSAGE ? size : MAX_MESSAGE;
  start_clients();
}
