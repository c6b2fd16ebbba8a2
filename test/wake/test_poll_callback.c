// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// emscripten_poll_with_callback: readiness of pipes and sockets, the gate of EBADF and EPERM,
// POLLNVAL on close, the timeout, several waiters on one descriptor, arming from within a callback.

#include "expect.h"
#include <arpa/inet.h>
#include <emscripten/eventloop.h>
#include <emscripten/poll.h>
#include <netinet/in.h>
#include <sys/socket.h>

static int p[2];
static bool inside; // the call that arms has not returned

static void start(int fd, int events, int timeout, em_poll_callback callback) {
  inside = true;
  EXPECT_EQ(emscripten_poll_with_callback(fd, events, timeout, callback), 0);
  inside = false;
}

static void close_pipe(void) {
  close(p[0]);
  close(p[1]);
}

// ---- The gate --------------------------------------------------------------------------------

static void never(int fd, int revents) {
  printf("the callback of a refused request was called: fd %d, revents %#x\n", fd, revents);
  failures++;
}

static void test_gate(void) {
  bool alive = emscripten_runtime_keepalive_check();
  int file = MUST(open("/tmp/regular", O_RDWR | O_CREAT, 0600));
  int folder = MUST(open("/tmp", O_RDONLY));
  EXPECT_EQ(emscripten_poll_with_callback(-1, POLLIN, -1, never), -EBADF);
  EXPECT_EQ(emscripten_poll_with_callback(4000, POLLIN, -1, never), -EBADF);
  EXPECT_EQ(emscripten_poll_with_callback(70000, POLLIN, -1, never), -EBADF);
  struct pollfd ready = {file, POLLIN | POLLOUT, 0};
  EXPECT_EQ(poll(&ready, 1, 0), 1);
  EXPECT_EQ(emscripten_poll_with_callback(file, POLLIN, -1, never), -EPERM);
  EXPECT_EQ(emscripten_poll_with_callback(file, POLLOUT, 0, never), -EPERM);
  EXPECT_EQ(emscripten_poll_with_callback(folder, POLLIN, -1, never), -EPERM);
  close(file);
  close(folder);
  EXPECT_EQ(emscripten_poll_with_callback(file, POLLIN, -1, never), -EBADF);
  // Nothing is armed: nothing keeps the runtime, and `never` has every later step to be called in.
  EXPECT_EQ(emscripten_runtime_keepalive_check(), alive);
  next_step();
}

// ---- Pipes -----------------------------------------------------------------------------------

static void later_pipe(int fd, int revents) {
  EXPECT_EQ(fd, p[0]);
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read_byte(fd), 1);
  close_pipe();
  next_step();
}

static void ready_pipe(int fd, int revents) {
  EXPECT(!inside);
  EXPECT_EQ(fd, p[1]);
  EXPECT_EQ(revents, POLLOUT);
  start(p[0], POLLIN, SOON, later_pipe);
  write_byte(p[1]);
}

static void test_pipe(void) {
  MUST(pipe(p));
  start(p[1], POLLOUT, SOON, ready_pipe);
}

static void hangup(int fd, int revents) {
  EXPECT_EQ(fd, p[0]);
  EXPECT_EQ(revents, POLLHUP);
  close(p[0]);
  next_step();
}

static void test_hangup_unasked(void) {
  MUST(pipe(p));
  start(p[0], 0, SOON, hangup);
  close(p[1]);
}

// ---- Sockets ---------------------------------------------------------------------------------

static int listener, client, server;

static void on_data(int fd, int revents) {
  char text[8] = "";
  EXPECT_EQ(fd, server);
  EXPECT(revents & POLLIN);
  EXPECT_EQ(recv(server, text, sizeof text, 0), 5);
  EXPECT(!strcmp(text, "hello"));
  close(server);
  close(client);
  close(listener);
  next_step();
}

static void on_connection(int fd, int revents) {
  EXPECT_EQ(fd, listener);
  EXPECT_EQ(revents, POLLIN);
  server = MUST(accept(listener, NULL, NULL));
  // The data is sent once the server waits for it.
  start(server, POLLIN, SOON, on_data);
  EXPECT_EQ(send(client, "hello", 5, 0), 5);
}

static void on_connected(int fd, int revents) {
  int error = -1;
  socklen_t len = sizeof error;
  EXPECT_EQ(fd, client);
  EXPECT_EQ(revents, POLLOUT);
  MUST(getsockopt(client, SOL_SOCKET, SO_ERROR, &error, &len));
  EXPECT_EQ(error, 0);
  start(listener, POLLIN, SOON, on_connection);
}

static void test_tcp(void) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof a;
  listener = MUST(socket(AF_INET, SOCK_STREAM, 0));
  MUST(bind(listener, (struct sockaddr *)&a, sizeof a));
  MUST(listen(listener, 1));
  MUST(getsockname(listener, (struct sockaddr *)&a, &len));
  client = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  int r = connect(client, (struct sockaddr *)&a, sizeof a);
  EXPECT(r == 0 || errno == EINPROGRESS);
  start(client, POLLOUT, SOON, on_connected);
}

static void on_datagram(int fd, int revents) {
  char text[8];
  EXPECT_EQ(fd, server);
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(recv(server, text, sizeof text, 0), 3);
  close(server);
  next_step();
}

static void test_udp(void) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof a;
  server = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  MUST(bind(server, (struct sockaddr *)&a, sizeof a));
  MUST(getsockname(server, (struct sockaddr *)&a, &len));
  start(server, POLLIN, SOON, on_datagram);
  EXPECT_EQ(sendto(server, "udp", 3, 0, (struct sockaddr *)&a, sizeof a), 3);
}

// ---- Closing ---------------------------------------------------------------------------------

static int closed_fd;

static void closed(int fd, int revents) {
  EXPECT_EQ(fd, closed_fd);
  EXPECT_EQ(revents, POLLNVAL);
  close(p[1]);
  next_step();
}

static void test_close(void) {
  MUST(pipe(p));
  closed_fd = p[0];
  start(p[0], POLLIN, -1, closed);
  EXPECT_EQ(close(p[0]), 0);
}

// A number that is used again is not what the request is for.
static void test_close_and_reuse(void) {
  int other[2];
  MUST(pipe(p));
  closed_fd = p[0];
  start(p[0], POLLIN, -1, closed);
  EXPECT_EQ(close(p[0]), 0);
  MUST(pipe(other));
  EXPECT_EQ(other[0], closed_fd);
  write_byte(other[1]);
  close(other[1]);
}

static void closed_socket(int fd, int revents) {
  EXPECT_EQ(fd, closed_fd);
  EXPECT_EQ(revents, POLLNVAL);
  next_step();
}

static void test_close_socket(void) {
  closed_fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  start(closed_fd, POLLIN, -1, closed_socket);
  EXPECT_EQ(close(closed_fd), 0);
}

// ---- The timeout -----------------------------------------------------------------------------

static double before;

static void timed_out(int fd, int revents) {
  EXPECT_EQ(fd, p[0]);
  EXPECT_EQ(revents, 0);
  EXPECT(emscripten_get_now() - before >= 30);
  close_pipe();
  next_step();
}

static void timed_out_at_once(int fd, int revents) {
  EXPECT(!inside);
  EXPECT_EQ(fd, p[0]);
  EXPECT_EQ(revents, 0);
  before = emscripten_get_now();
  start(p[0], POLLIN, 30, timed_out);
}

static void test_timeout(void) {
  MUST(pipe(p));
  start(p[0], POLLIN, 0, timed_out_at_once);
}

static void far_timeout(int fd, int revents) {
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read_byte(fd), 1);
  close_pipe();
  next_step();
}

// The timer of a request that is answered is gone: the runner would see this program hang. No
// timeout is so long that it wraps round.
static void test_far_timeout(void) {
  MUST(pipe(p));
  start(p[0], POLLIN, 0x7fffffff, far_timeout);
  write_byte(p[1]);
}

// ---- Several waiters -------------------------------------------------------------------------

static int told;

static void told_of_closing(int fd, int revents) {
  EXPECT_EQ(fd, closed_fd);
  EXPECT_EQ(revents, POLLNVAL);
  if (++told == 4) {
    close(p[1]);
    next_step();
  }
}

static void third_of_three(int fd, int revents) {
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(++told, 3);
  EXPECT_EQ(read_byte(fd), 1);
  told = 0;
  closed_fd = fd;
  for (int i = 0; i < 4; i++) start(fd, POLLIN, SOON, told_of_closing);
  close(fd);
}

static void second_of_three(int fd, int revents) {
  (void)fd;
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(++told, 2);
}

static void first_of_three(int fd, int revents) {
  (void)fd;
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(++told, 1);
}

static void test_several(void) {
  MUST(pipe(p));
  told = 0;
  start(p[0], POLLIN, SOON, first_of_three);
  start(p[0], POLLIN, SOON, second_of_three);
  start(p[0], POLLIN, SOON, third_of_three);
  write_byte(p[1]);
}

static int reads;

static void take_one(int fd, int revents) {
  EXPECT_EQ(revents, POLLIN);
  EXPECT_EQ(read_byte(fd), 1);
  if (++reads == 1) {
    // The other waiter's byte has been taken away: it is to wait on, not to be told of nothing.
    write_byte(p[1]);
  } else {
    close_pipe();
    next_step();
  }
}

static void test_several_and_one_byte(void) {
  MUST(pipe(p));
  start(p[0], POLLIN, SOON, take_one);
  start(p[0], POLLIN, SOON, take_one);
  write_byte(p[1]);
}

// ---- Arming from within a callback -----------------------------------------------------------

static int rounds;

static void again(int fd, int revents) {
  EXPECT(!inside);
  EXPECT_EQ(revents, POLLIN);
  if (++rounds < 5) {
    start(fd, POLLIN, SOON, again);
  } else {
    close_pipe();
    next_step();
  }
}

static void test_arming_inside(void) {
  MUST(pipe(p));
  start(p[0], POLLIN, SOON, again);
  write_byte(p[1]);
}

static const step steps[] = {
  test_gate,
  test_pipe,
  test_hangup_unasked,
  test_tcp,
  test_udp,
  test_close,
  test_close_and_reuse,
  test_close_socket,
  test_timeout,
  test_far_timeout,
  test_several,
  test_several_and_one_byte,
  test_arming_inside,
  NULL,
};

int main(void) {
  run_steps(steps);
  return 0;
}
