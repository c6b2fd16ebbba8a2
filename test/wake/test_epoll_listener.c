// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// emscripten_epoll_add_listener: an event loop of the program's own, driven by JavaScript's: pipes,
// sockets, eventfds and timers in one epoll instance, collected without waiting; edges, one shot, a
// level that stays; a listener keeps nothing alive, and ends as it is told.

#include "expect.h"
#include <arpa/inet.h>
#include <emscripten/epoll.h>
#include <emscripten/eventloop.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

static int ep, p[2], event;
static bool inside; // in code that makes something ready
static int calls;

static void watch(int fd, int events) {
  MUST(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = events, .data.fd = fd}));
}

static int collect(struct epoll_event *got) {
  return epoll_wait(ep, got, 4, 0);
}

static void never(void *user) {
  (void)user;
  failures++;
  printf("a listener that is not there was called\n");
}

// ---- What is refused ---------------------------------------------------------------------------

static void test_gate(void) {
  bool alive = emscripten_runtime_keepalive_check();
  MUST(pipe(p));
  event = MUST(eventfd(0, EFD_NONBLOCK));
  ep = MUST(epoll_create1(0));
  EXPECT_EQ(emscripten_epoll_add_listener(-1, never, NULL), EBADF);
  EXPECT_EQ(emscripten_epoll_add_listener(p[0], never, NULL), EBADF);
  EXPECT_EQ(emscripten_epoll_remove_listener(ep, never), ENOENT);
  EXPECT_EQ(emscripten_epoll_add_listener(ep, never, NULL), 0);
  EXPECT_EQ(emscripten_runtime_keepalive_check(), alive);
  watch(p[0], EPOLLIN);
  write_byte(p[1]);
  EXPECT_EQ(read_byte(p[0]), 1); // before the listener is called
  EXPECT_EQ(emscripten_runtime_keepalive_check(), alive);
  next_step();
}

static void test_removed(void) {
  write_byte(p[1]);
  EXPECT_EQ(emscripten_epoll_remove_listener(ep, never), 0);
  EXPECT_EQ(read_byte(p[0]), 1);
  next_step();
}

// ---- Levels and edges --------------------------------------------------------------------------

// A level calls in every turn until it is gone.
static void on_level(void *user) {
  struct epoll_event got[4];
  EXPECT(!inside);
  EXPECT_EQ((long)user, 7);
  EXPECT_EQ(collect(got), 1);
  EXPECT_EQ(got[0].data.fd, p[0]);
  if (++calls == 3) {
    EXPECT_EQ(read_byte(p[0]), 1);
    EXPECT_EQ(collect(got), 0);
    EXPECT_EQ(emscripten_epoll_remove_listener(ep, on_level), 0);
    MUST(epoll_ctl(ep, EPOLL_CTL_DEL, p[0], NULL));
    next_step();
  }
}

static void test_level(void) {
  calls = 0;
  EXPECT_EQ(emscripten_epoll_add_listener(ep, on_level, (void *)1L), 0);
  EXPECT_EQ(emscripten_epoll_add_listener(ep, on_level, (void *)7L), 0);
  inside = true;
  write_byte(p[1]);
  inside = false;
}

static void on_edge(void *user) {
  struct epoll_event got[4];
  (void)user;
  calls++;
  EXPECT_EQ(collect(got), 1);
  EXPECT_EQ(got[0].data.fd, p[0]); // not read
}

static void see_no_more_edges(void *arg) {
  (void)arg;
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(emscripten_epoll_remove_listener(ep, on_edge), 0);
  next_step();
}

static void make_another_edge(void *arg) {
  (void)arg;
  EXPECT_EQ(calls, 1);
  write_byte(p[1]);
  emscripten_async_call(see_no_more_edges, NULL, 30);
}

static void test_edge(void) {
  calls = 0;
  watch(p[0], EPOLLIN | EPOLLET);
  write_byte(p[1]); // ready when the listener comes
  EXPECT_EQ(emscripten_epoll_add_listener(ep, on_edge, NULL), 0);
  emscripten_async_call(make_another_edge, NULL, 30);
}

// ---- Other descriptors -------------------------------------------------------------------------

static int timer;

static void on_time(void *user) {
  struct epoll_event got[4];
  uint64_t ticks = 0;
  (void)user;
  EXPECT_EQ(collect(got), 1);
  EXPECT_EQ(got[0].data.fd, timer);
  EXPECT_EQ(read(timer, &ticks, sizeof ticks), sizeof ticks);
  EXPECT(ticks > 0);
  if (++calls == 3) {
    close(timer);
    EXPECT_EQ(emscripten_epoll_remove_listener(ep, on_time), 0);
    next_step();
  }
}

static void test_timer(void) {
  calls = 0;
  struct itimerspec times = {{0, 3000000}, {0, 2000000}};
  timer = MUST(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
  watch(timer, EPOLLIN);
  MUST(timerfd_settime(timer, 0, &times, NULL));
  EXPECT_EQ(emscripten_epoll_add_listener(ep, on_time, NULL), 0);
}

static int udp;

static void on_datagram(void *user) {
  struct epoll_event got[4];
  char buf[8];
  (void)user;
  EXPECT_EQ(collect(got), 1);
  EXPECT_EQ(got[0].data.fd, udp);
  EXPECT_EQ(recv(udp, buf, sizeof buf, MSG_DONTWAIT), 5);
  EXPECT_EQ(emscripten_epoll_remove_listener(ep, on_datagram), 0);
  close(udp);
  next_step();
}

static void test_socket(void) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t len = sizeof a;
  udp = MUST(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0));
  MUST(bind(udp, (struct sockaddr *)&a, len));
  MUST(getsockname(udp, (struct sockaddr *)&a, &len));
  watch(udp, EPOLLIN | EPOLLONESHOT);
  EXPECT_EQ(emscripten_epoll_add_listener(ep, on_datagram, NULL), 0);
  EXPECT_EQ(sendto(udp, "hello", 5, 0, (struct sockaddr *)&a, len), 5);
}

// ---- Several listeners, and the end ------------------------------------------------------------

static void on_event(void *user) {
  struct epoll_event got[4];
  int *seen = user;
  if (collect(got) == 1) {
    eventfd_t value;
    EXPECT_EQ(got[0].data.fd, event);
    EXPECT_EQ(eventfd_read(event, &value), 0);
    *seen += (int)value;
  }
}

static int first, second;

static void on_event_too(void *user) {
  on_event(user);
}

static void see_the_sum(void *arg) {
  (void)arg;
  EXPECT_EQ(first + second, 6);
  EXPECT_EQ(emscripten_epoll_add_listener(ep, never, NULL), 0);
  close(ep); // and with it the listeners
  EXPECT_EQ(eventfd_write(event, 1), 0);
  next_step();
}

static void write_more(void *arg) {
  (void)arg;
  EXPECT_EQ(eventfd_write(event, 3), 0);
  emscripten_async_call(see_the_sum, NULL, 30);
}

static void test_several(void) {
  watch(event, EPOLLIN);
  EXPECT_EQ(emscripten_epoll_add_listener(ep, on_event, &first), 0);
  EXPECT_EQ(emscripten_epoll_add_listener(ep, on_event_too, &second), 0);
  EXPECT_EQ(eventfd_write(event, 1), 0);
  EXPECT_EQ(eventfd_write(event, 2), 0);
  emscripten_async_call(write_more, NULL, 30);
}

static void test_closed(void) {
  EXPECT_EQ(emscripten_epoll_remove_listener(ep, on_event), EBADF);
  next_step();
}

static const step steps[] = {test_gate,   test_removed, test_level,  test_edge, test_timer,
                             test_socket, test_several, test_closed, NULL};

int main(void) {
  // Listeners keep nothing alive: the program does.
  emscripten_runtime_keepalive_push();
  run_steps(steps);
  return 0;
}
