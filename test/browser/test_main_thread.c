// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The main thread never waits busily. Where it can be suspended the event loop has its turns while it
// waits, and they end the wait. Where it cannot, and is a page's, which may not block, each call that
// would have to wait says at once that it cannot, and which flags to add; callbacks hear of the same
// events. Time-outs and sleeps of an hour are not waited for, but in a thread that may block.
//
// modes: plain jspi asyncify pthread pthread_jspi

#include "expect.h"
#include <arpa/inet.h>
#include <emscripten/poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>

#define HOUR 3600

// clang-format off
EM_JS(bool, main_suspends, (), { return typeof Asyncify != 'undefined'; });

EM_JS(bool, main_may_block, (), {
  return typeof document == 'undefined';
});

EM_JS(void, listen_to_messages, (), {
  globalThis.said = [];
  err = (text) => globalThis.said.push(text);
});

// How many messages have named the flags since the last call; a message that does not counts as 100.
EM_JS(int, explanations, (), {
  var needed = ['EDEADLK', '-sJSPI', '-sASYNCIFY', '-pthread', '-sPROXY_TO_PTHREAD',
                'emscripten_poll_with_callback'];
  return globalThis.said.splice(0).reduce(
    (sum, text) => sum + (needed.every((part) => text.includes(part)) ? 1 : 100), 0);
});
// clang-format on

// What can be waited for: nothing of it is ready.
static int p[2], full[2], event, udp, listener, pair[2], epfd;

static void make_descriptors(void) {
  struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  static char page[65536];
  MUST(pipe(p));
  MUST(pipe(full));
  EXPECT_EQ(write(full[1], page, sizeof page), (int)sizeof page);
  event = MUST(eventfd(0, 0));
  udp = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  MUST(bind(udp, (struct sockaddr *)&local, sizeof local));
  listener = MUST(socket(AF_INET, SOCK_STREAM, 0));
  MUST(bind(listener, (struct sockaddr *)&local, sizeof local));
  MUST(listen(listener, 1));
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  epfd = MUST(epoll_create1(0));
  struct epoll_event in = {.events = EPOLLIN};
  MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, p[0], &in));
}

// ---- Main that can be suspended --------------------------------------------------------------

#define TURNS 20

static int turns;

static void turn(void *arg) {
  (void)arg;
  if (++turns == TURNS) {
    write_byte(p[1]);
  } else {
    emscripten_async_call(turn, NULL, 0);
  }
}

// The call waits for p; only the event loop can end that.
#define EXPECT_TURNS(call, result)                                                                 \
  do {                                                                                             \
    turns = 0;                                                                                     \
    emscripten_async_call(turn, NULL, 0);                                                          \
    EXPECT_EQ(call, result);                                                                       \
    EXPECT_EQ(turns, TURNS);                                                                       \
  } while (0)

static void note(void *arg) {
  *(bool *)arg = true;
}

static void suspend(void) {
  struct pollfd in = {p[0], POLLIN, 0};
  struct epoll_event got;
  fd_set set;
  EXPECT_TURNS(poll(&in, 1, -1), 1);
  EXPECT_EQ(read_byte(p[0]), 1);
  EXPECT_TURNS(poll(&in, 1, HOUR * 1000), 1);
  EXPECT_EQ(read_byte(p[0]), 1);
  FD_ZERO(&set);
  FD_SET(p[0], &set);
  EXPECT_TURNS(select(p[0] + 1, &set, NULL, NULL, NULL), 1);
  EXPECT_EQ(read_byte(p[0]), 1);
  EXPECT_TURNS(epoll_wait(epfd, &got, 1, -1), 1);
  EXPECT_EQ(read_byte(p[0]), 1);
  EXPECT_TURNS(read_byte(p[0]), 1);

  // A timer that is due before the sleep ends runs before it does.
  bool ran = false;
  emscripten_async_call(note, &ran, 0);
  EXPECT_EQ(usleep(100000), 0);
  EXPECT(ran);
  EXPECT_EQ(explanations(), 0);
}

// ---- Main of a page that cannot --------------------------------------------------------------

#define EXPECT_DEADLOCK(call)                                                                      \
  do {                                                                                             \
    errno = 0;                                                                                     \
    EXPECT_EQ(call, -1);                                                                           \
    EXPECT_EQ(errno, EDEADLK);                                                                     \
    EXPECT_EQ(explanations(), 1);                                                                  \
  } while (0)

static void refuse(void) {
  struct pollfd in = {p[0], POLLIN, 0};
  struct epoll_event got;
  uint64_t count;
  char byte = 0;
  fd_set set;
  FD_ZERO(&set);
  FD_SET(p[0], &set);
  EXPECT_DEADLOCK(poll(&in, 1, -1));
  EXPECT_DEADLOCK(select(p[0] + 1, &set, NULL, NULL, NULL));
  EXPECT_DEADLOCK(epoll_wait(epfd, &got, 1, -1));
  EXPECT_DEADLOCK(read(p[0], &byte, 1));
  EXPECT_DEADLOCK(write(full[1], &byte, 1));
  EXPECT_DEADLOCK(read(event, &count, sizeof count));
  EXPECT_DEADLOCK(recv(udp, &byte, 1, 0));
  EXPECT_DEADLOCK(recv(pair[0], &byte, 1, 0));
  EXPECT_DEADLOCK(accept(listener, NULL, NULL));

  EXPECT_EQ(poll(&in, 1, HOUR * 1000), 0);
  EXPECT_EQ(epoll_wait(epfd, &got, 1, HOUR * 1000), 0);
  EXPECT_EQ(explanations(), 0);

  struct timespec hour = {HOUR, 0}, left = {0, 0};
  EXPECT_DEADLOCK(nanosleep(&hour, &left));
  EXPECT(left.tv_sec > 0);
  EXPECT(sleep(HOUR) > 0);
  EXPECT_EQ(explanations(), 1);
  EXPECT_EQ(usleep(0), 0);
  EXPECT_EQ(explanations(), 0);
}

// ---- Main of a worker ------------------------------------------------------------------------

static void block(void) {
  struct timespec short_time = {0, 20000000};
  double before = emscripten_get_now();
  EXPECT_EQ(nanosleep(&short_time, NULL), 0);
  EXPECT(emscripten_get_now() - before >= 19); // a worker's clock is coarse
  EXPECT_EQ(explanations(), 0);
}

// ---- Callbacks, everywhere -------------------------------------------------------------------

#define KINDS 5

static int heard;

static void readable(int fd, int revents) {
  EXPECT_EQ(revents & POLLIN, POLLIN);
  if (fd == listener) EXPECT(accept(fd, NULL, NULL) >= 0);
  if (++heard == KINDS) finish();
}

static void make_ready(void *arg) {
  (void)arg;
  uint64_t one = 1;
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  write_byte(p[1]);
  EXPECT_EQ(write(event, &one, sizeof one), 8);
  write_byte(pair[1]);
  MUST(getsockname(udp, (struct sockaddr *)&address, &length));
  EXPECT_EQ(sendto(udp, "x", 1, 0, (struct sockaddr *)&address, length), 1);
  int client = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  MUST(getsockname(listener, (struct sockaddr *)&address, &length));
  int r = connect(client, (struct sockaddr *)&address, length);
  EXPECT(r == 0 || errno == EINPROGRESS);
}

int main(void) {
  make_descriptors();
  listen_to_messages();
  if (main_suspends()) {
    suspend();
  } else if (main_may_block()) {
    block();
  } else {
    refuse();
  }
  const int waited_for[KINDS] = {p[0], event, udp, listener, pair[0]};
  for (int i = 0; i < KINDS; i++) {
    EXPECT_EQ(emscripten_poll_with_callback(waited_for[i], POLLIN, -1, readable), 0);
  }
  emscripten_async_call(make_ready, NULL, 0);
  return 0;
}
