// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// The door: JavaScript (door.js) and this program talk over the program's own network, in both
// directions, to their ends, with back-pressure, and with the errors that a peer would see; the same
// from a worker by a message port.
//
// needs: wait
// modes: jspi asyncify pthread proxy_to_pthread pthread_jspi wasm64
// port: net=loopback
// flags: -sEXPORTED_RUNTIME_METHODS=emwakeDoor --pre-js {dir}/door.js

#include "expect.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#ifdef __EMSCRIPTEN_PTHREADS__
#include <emscripten/threading.h>
#include <pthread.h>
#endif

#define PORT 7000
#define PORT_OF_JS 7100
#define BLOCK 65536
#define MANY (8 << 20)

// clang-format off
static void js_begin(const char *what) {
  MAIN_THREAD_ASYNC_EM_ASM({ doorTest.begin(UTF8ToString($0)); }, what);
}

static int js_number(const char *what) {
  return MAIN_THREAD_EM_ASM_INT({ return doorTest.numbers[UTF8ToString($0)] | 0; }, what);
}

static void js_source(const char *path) {
  MAIN_THREAD_EM_ASM({ doorTest.source = UTF8ToString($0); }, path);
}
// clang-format on

static unsigned char block[BLOCK];

static unsigned char byte_at(int position) {
  return (unsigned char)(position * 31 + (position >> 11));
}

static struct sockaddr_in address(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

static int listener;

static int accept_from(const char *what) {
  struct sockaddr_in peer;
  socklen_t len = sizeof peer;
  js_begin(what);
  int fd = MUST(accept(listener, (struct sockaddr *)&peer, &len));
  EXPECT_EQ(peer.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
  return fd;
}

// Reads a number from JavaScript, which it writes as a line when it is done.
static void await_line(int fd, const char *line) {
  char got[32];
  size_t n = 0;
  while (n < sizeof got - 1 && read(fd, &got[n], 1) == 1 && got[n] != '\n') n++;
  got[n] = 0;
  if (strcmp(got, line)) {
    printf("the line is '%s', not '%s'\n", got, line);
    failures++;
  }
}

static void expect_end(int fd) {
  char byte;
  EXPECT_EQ(read(fd, &byte, 1), 0);
}

static void test_talk(void) {
  int fd = accept_from("talk");
  await_line(fd, "hello");
  MUST(write(fd, "good day\n", 9));
  await_line(fd, "good day to you");
  expect_end(fd);
  close(fd);
}

static int write_block(int fd, int position) {
  for (int i = 0; i < BLOCK; i++) block[i] = byte_at(position + i);
  return (int)write(fd, block, BLOCK);
}

// Nobody reads, so that after a while nothing is taken; then all of it arrives.
static void test_full_outwards(void) {
  int fd = accept_from("read late"), sent = 0, n;
  fcntl(fd, F_SETFL, O_NONBLOCK);
  while (sent < MANY && (n = write_block(fd, sent)) > 0) sent += n;
  EXPECT_EQ(errno, EAGAIN);
  EXPECT(sent > 0 && sent < MANY);
  js_begin("read now");
  fcntl(fd, F_SETFL, 0);
  while (sent < MANY && (n = write_block(fd, sent)) > 0) sent += n;
  EXPECT(sent >= MANY);
  shutdown(fd, SHUT_WR);
  await_line(fd, "read");
  EXPECT_EQ(js_number("read"), sent);
  close(fd);
}

static void test_full_inwards(void) {
  int fd = accept_from("write much"), received = 0, wrong = 0, n;
  poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, -1);
  poll(NULL, 0, 100);
  EXPECT(js_number("written") < MANY);
  while ((n = (int)read(fd, block, BLOCK)) > 0) {
    for (int i = 0; i < n; i++) wrong += block[i] != byte_at(received + i);
    received += n;
  }
  EXPECT_EQ(received, MANY);
  EXPECT_EQ(wrong, 0);
  MUST(write(fd, "got it\n", 7));
  await_line(fd, "");
  EXPECT_EQ(js_number("written"), MANY);
  close(fd);
}

static void test_reset_by_javascript(void) {
  int fd = accept_from("abort");
  char bytes[8];
  await_line(fd, "soon over");
  EXPECT_EQ(read(fd, bytes, sizeof bytes), -1);
  EXPECT_EQ(errno, ECONNRESET);
  close(fd);
}

static void test_reset_by_program(void) {
  int fd = accept_from("be reset");
  poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, -1);
  close(fd);
  fd = accept_from("be told");
  await_line(fd, "ECONNRESET ECONNRESET");
  close(fd);
}

static void test_refused(void) {
  int fd = accept_from("be refused");
  await_line(fd, "ECONNREFUSED EADDRINUSE EINVAL");
  close(fd);
}

static int connect_to(int port) {
  struct sockaddr_in a = address(port);
  int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
  return connect(fd, (struct sockaddr *)&a, sizeof a) ? (close(fd), -1) : fd;
}

// JavaScript listens.
static void test_connects(void) {
  int fd = accept_from("listen");
  await_line(fd, "listening");
  for (int i = 0; i < 3; i++) {
    int connection = MUST(connect_to(PORT_OF_JS));
    MUST(write(connection, "abc", 3));
    shutdown(connection, SHUT_WR);
    await_line(connection, "ABC");
    expect_end(connection);
    close(connection);
  }
  await_line(fd, "closed after 3");
  EXPECT_EQ(connect_to(PORT_OF_JS), -1);
  EXPECT_EQ(errno, ECONNREFUSED);
  close(fd);
}

// The same from a worker: its first connection is echoed, then it listens for one.
static void test_worker(void) {
  int fd = accept_from("worker"), echoed = 0, n;
  while ((n = (int)read(fd, block, BLOCK)) > 0) {
    EXPECT_EQ(write(fd, block, (size_t)n), n);
    echoed += n;
  }
  EXPECT_EQ(echoed, MANY);
  close(fd);
  fd = MUST(accept(listener, NULL, NULL));
  await_line(fd, "worker listens");
  int connection = MUST(connect_to(PORT_OF_JS + 1));
  MUST(write(connection, "abc\n", 4));
  shutdown(connection, SHUT_WR);
  await_line(connection, "from the worker: abc");
  close(connection);
  await_line(fd, "ECONNREFUSED");
  expect_end(fd);
  close(fd);
}

// What was sent arrives after the program's end; also on a connection that nobody has accepted yet.
static void test_end(void) {
  int other = accept_from("accept at the end");
  await_line(other, "listening");
  int connection = MUST(connect_to(PORT_OF_JS));
  MUST(write(connection, "last words", 10));
  int fd = accept_from("outlive"), sent = 0, n;
  fcntl(fd, F_SETFL, O_NONBLOCK);
  while ((n = write_block(fd, sent)) > 0) sent += n;
  MAIN_THREAD_EM_ASM({ doorTest.numbers.sent = $0; }, sent);
}

static void run(void) {
  struct sockaddr_in a = address(PORT);
  js_source(__FILE__);
  listener = MUST(socket(AF_INET, SOCK_STREAM, 0));
  MUST(bind(listener, (struct sockaddr *)&a, sizeof a));
  MUST(listen(listener, 4));
  test_talk();
  test_full_outwards();
  test_full_inwards();
  test_reset_by_javascript();
  test_reset_by_program();
  test_refused();
  test_connects();
  test_worker();
  EXPECT_EQ(js_number("failures"), 0);
  test_end();
}

#ifdef __EMSCRIPTEN_PTHREADS__

static void *run_in_thread(void *unused) {
  (void)unused;
  run();
  finish();
}

// A main that waits on a futex would hold up the JavaScript that it waits for.
static bool begin_thread(void) {
  pthread_t thread;
  if (!emscripten_is_main_runtime_thread()) return false;
  EXPECT_EQ(pthread_create(&thread, NULL, run_in_thread, NULL), 0);
  EM_ASM({ doorTest.keepNode(); });
  emscripten_exit_with_live_runtime();
}

#else

static bool begin_thread(void) {
  return false;
}

#endif

int main(void) {
  if (!begin_thread()) run();
  exit(status_of_test()); // Asyncify loses what main returns
}
