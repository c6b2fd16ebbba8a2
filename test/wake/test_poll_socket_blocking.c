// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A blocking poll on a socket is woken by a send that comes only after it has blocked: from a timer
// where the stack is suspended, from a thread where the caller is one.
//
// needs: wait net

#include "expect.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#if defined(__EMSCRIPTEN_PTHREADS__)
#include <pthread.h>
#include <stdatomic.h>
#endif

static struct sockaddr_in loopback(void) {
  return (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

// ---- Sending later ---------------------------------------------------------------------------

static int sender;

#if defined(__EMSCRIPTEN_PTHREADS__)

static atomic_bool sent;

static void *send_later(void *arg) {
  (void)arg;
  usleep(50000);
  sent = true;
  EXPECT_EQ(send(sender, "late", 4, 0), 4);
  return NULL;
}

static pthread_t thread;

static void begin_to_send(int fd) {
  sender = fd;
  sent = false;
  EXPECT_EQ(pthread_create(&thread, NULL, send_later, NULL), 0);
}

static void end_of_sending(void) {
  pthread_join(thread, NULL);
}

#else

static bool sent;

static void send_later(void *arg) {
  (void)arg;
  sent = true;
  EXPECT_EQ(send(sender, "late", 4, 0), 4);
}

static void begin_to_send(int fd) {
  sender = fd;
  sent = false;
  emscripten_async_call(send_later, NULL, 20);
}

static void end_of_sending(void) {
}

#endif

// ---- The cases -------------------------------------------------------------------------------

static void wait_for_send(int from, int to, int timeout) {
  char text[8];
  struct pollfd in = {to, POLLIN, 0};
  EXPECT_EQ(poll(&in, 1, 0), 0);
  begin_to_send(from);
  EXPECT(!sent);
  EXPECT_EQ(poll(&in, 1, timeout), 1);
  EXPECT(sent);
  EXPECT_EQ(in.revents, POLLIN);
  EXPECT_EQ(recv(to, text, sizeof text, MSG_DONTWAIT), 4);
  end_of_sending();

  // The same of a blocking recv.
  begin_to_send(from);
  EXPECT_EQ(recv(to, text, sizeof text, 0), 4);
  EXPECT(sent);
  end_of_sending();
}

static void test_tcp(void) {
  struct sockaddr_in a = loopback();
  socklen_t len = sizeof a;
  int listener = MUST(socket(AF_INET, SOCK_STREAM, 0));
  MUST(bind(listener, (struct sockaddr *)&a, sizeof a));
  MUST(listen(listener, 1));
  MUST(getsockname(listener, (struct sockaddr *)&a, &len));
  int client = MUST(socket(AF_INET, SOCK_STREAM, 0));
  MUST(connect(client, (struct sockaddr *)&a, sizeof a));
  int server = MUST(accept(listener, NULL, NULL));
  wait_for_send(client, server, -1);
  wait_for_send(server, client, SOON);
  close(server);
  close(client);
  close(listener);
}

static void test_udp(void) {
  struct sockaddr_in a = loopback(), b = loopback();
  socklen_t len = sizeof a;
  int one = MUST(socket(AF_INET, SOCK_DGRAM, 0)), two = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  MUST(bind(one, (struct sockaddr *)&a, sizeof a));
  MUST(bind(two, (struct sockaddr *)&b, sizeof b));
  MUST(getsockname(one, (struct sockaddr *)&a, &len));
  MUST(getsockname(two, (struct sockaddr *)&b, &len));
  MUST(connect(one, (struct sockaddr *)&b, sizeof b));
  MUST(connect(two, (struct sockaddr *)&a, sizeof a));
  wait_for_send(one, two, -1);
  wait_for_send(two, one, SOON);
  close(one);
  close(two);
}

int main(void) {
  test_tcp();
  test_udp();
  return status_of_test();
}
