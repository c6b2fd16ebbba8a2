// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// emscripten_set_socket_*_callback of <emscripten.h>: each event comes once, from the event loop, with
// a descriptor that is the socket's at that time. A connection is told by its listener; what came
// before accept is told after it.
//
// needs: net

#include "expect.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum { LISTEN, OPEN, CONNECTION, MESSAGE, ERROR, CLOSE, EVENTS };

static const char *const names[] = {"listen", "open", "connection", "message", "error", "close"};

// What has come and has not been expected yet, and what the step waits for.
static struct { int event, fd; } heard[16], awaited[4];
static int heard_count, awaited_count;
static int last_error;
static void (*then)(void);
static bool in_call;

static struct sockaddr_in at = {.sin_family = AF_INET};
static int listener, client, server;

static bool take(int event, int fd) {
  for (int i = 0; i < heard_count; i++) {
    if (heard[i].event == event && heard[i].fd == fd) {
      heard[i] = heard[--heard_count];
      return true;
    }
  }
  return false;
}

static void look(void) {
  for (int i = awaited_count - 1; i >= 0; i--) {
    if (take(awaited[i].event, awaited[i].fd)) awaited[i] = awaited[--awaited_count];
  }
  if (awaited_count || !then) return;
  void (*go_on)(void) = then;
  then = NULL;
  for (int i = 0; i < heard_count; i++) {
    printf("unexpected: %s of %d\n", names[heard[i].event], heard[i].fd);
    failures++;
  }
  heard_count = 0;
  go_on();
}

static void hear(int event, int fd) {
  EXPECT(!in_call);
  if (heard_count < 16) {
    heard[heard_count].event = event;
    heard[heard_count++].fd = fd;
  }
  look();
}

static void await(int event, int fd) {
  awaited[awaited_count].event = event;
  awaited[awaited_count++].fd = fd;
}

static void on_event(int fd, void *user) {
  hear((int)(intptr_t)user, fd);
}

static void on_error(int fd, int error, const char *message, void *user) {
  EXPECT_EQ((intptr_t)user, ERROR);
  EXPECT(strcmp(message, strerror(error)) == 0);
  last_error = error;
  hear(ERROR, fd);
}

static void listening(void);
static void connected(void);
static void early_message(void);
static void echoed(void);
static void ended(void);
static void all_closed(void);
static void refused(void);
static void send_datagram(void);
static void datagram_came(void);
static void silent(void);

static void start(void) {
  socklen_t len = sizeof at;
  emscripten_set_socket_listen_callback((void *)LISTEN, on_event);
  emscripten_set_socket_open_callback((void *)OPEN, on_event);
  emscripten_set_socket_connection_callback((void *)CONNECTION, on_event);
  emscripten_set_socket_message_callback((void *)MESSAGE, on_event);
  emscripten_set_socket_error_callback((void *)ERROR, on_error);
  emscripten_set_socket_close_callback((void *)CLOSE, on_event);
  in_call = true;
  listener = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  MUST(bind(listener, (struct sockaddr *)&at, sizeof at));
  MUST(listen(listener, 4));
  MUST(getsockname(listener, (struct sockaddr *)&at, &len));
  in_call = false;
  await(LISTEN, listener);
  then = listening;
}

static int start_to_connect(void) {
  int fd = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  in_call = true;
  int r = connect(fd, (struct sockaddr *)&at, sizeof at);
  in_call = false;
  EXPECT(r == 0 || errno == EINPROGRESS);
  return fd;
}

static void listening(void) {
  client = start_to_connect();
  await(OPEN, client);
  await(CONNECTION, listener);
  then = connected;
}

// Bytes that are there before the connection is accepted.
static void accept_it(void *arg) {
  (void)arg;
  server = MUST(accept(listener, NULL, NULL));
  await(MESSAGE, server);
  then = early_message;
}

static void connected(void) {
  EXPECT_EQ(send(client, "ping", 4, 0), 4);
  emscripten_async_call(accept_it, NULL, 50);
}

static void early_message(void) {
  char buf[8];
  EXPECT_EQ(recv(server, buf, sizeof buf, 0), 4);
  // From now on the client's socket has another number.
  int copy = MUST(dup(client));
  MUST(close(client));
  client = copy;
  EXPECT_EQ(send(server, "pong", 4, 0), 4);
  await(MESSAGE, client);
  then = echoed;
}

static void echoed(void) {
  char buf[8];
  EXPECT_EQ(recv(client, buf, sizeof buf, 0), 4);
  MUST(close(server));
  await(CLOSE, server);
  await(MESSAGE, client);
  then = ended;
}

static void ended(void) {
  char buf[8];
  EXPECT_EQ(recv(client, buf, sizeof buf, 0), 0);
  MUST(close(client));
  MUST(close(listener));
  await(CLOSE, client);
  await(CLOSE, listener);
  then = all_closed;
}

// Bound, so that nobody else can have the port, but not listening.
static void all_closed(void) {
  socklen_t len = sizeof at;
  server = MUST(socket(AF_INET, SOCK_STREAM, 0));
  at.sin_port = 0;
  MUST(bind(server, (struct sockaddr *)&at, sizeof at));
  MUST(getsockname(server, (struct sockaddr *)&at, &len));
  client = start_to_connect();
  await(ERROR, client);
  await(CLOSE, client);
  then = refused;
}

static void refused(void) {
  EXPECT_EQ(last_error, ECONNREFUSED);
  MUST(close(client));
  MUST(close(server));
  await(CLOSE, server);
  then = send_datagram;
}

static void send_datagram(void) {
  server = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  client = MUST(socket(AF_INET, SOCK_DGRAM, 0));
  socklen_t len = sizeof at;
  at.sin_port = 0;
  MUST(bind(server, (struct sockaddr *)&at, sizeof at));
  MUST(getsockname(server, (struct sockaddr *)&at, &len));
  EXPECT_EQ(sendto(client, "", 0, 0, (struct sockaddr *)&at, sizeof at), 0);
  await(MESSAGE, server);
  then = datagram_came;
}

// Without a callback nothing is heard of its event.
static void datagram_came(void) {
  char byte;
  EXPECT_EQ(recv(server, &byte, 1, 0), 0);
  emscripten_set_socket_message_callback(NULL, NULL);
  EXPECT_EQ(sendto(client, "", 0, 0, (struct sockaddr *)&at, sizeof at), 0);
  MUST(close(client));
  await(CLOSE, client);
  then = silent;
}

static void close_last(void *arg) {
  (void)arg;
  EXPECT_EQ(heard_count, 0);
  finish();
}

static void silent(void) {
  emscripten_async_call(close_last, NULL, 50);
}

int main(void) {
  start();
  return 0;
}
