// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// Tracing: system calls with their arguments and results, a sleep and the wake that ended it, as text
// and as Chrome trace events; what happens before start() and after stop() is not there.
//
// needs: wait
// modes: jspi asyncify proxy_to_pthread pthread_jspi wasm64
// port: net=loopback trace=1
// flags: --pre-js {dir}/trace.js

#include "expect.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

// clang-format off
EM_JS_DEPS(trace, "$FS,$emwakeTrace");

static void js_start(void) {
  MAIN_THREAD_EM_ASM({ Module["emwakeTrace"].start(); });
}

static void js_write_soon(int fd) {
  MAIN_THREAD_ASYNC_EM_ASM({
    setTimeout(() => FS.write(FS.getStream($0), new Uint8Array([120]), 0, 1), 20);
  }, fd);
}

static int js_wrong(void) {
  return MAIN_THREAD_EM_ASM_INT({ return wrongInTrace(); });
}
// clang-format on

static int p[2];

static void calls(void) {
  char bytes[64] = "tab\t\"quote";
  MUST(pipe(p));
  MUST(write(p[1], bytes, 30));
  EXPECT_EQ(poll(&(struct pollfd){.fd = p[0], .events = POLLIN}, 1, 0), 1);
  EXPECT_EQ(read(p[0], bytes, sizeof bytes), 30);
  EXPECT_EQ(read(99, bytes, sizeof bytes), -1);
  EXPECT_EQ(errno, EBADF);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(9)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int s = MUST(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(connect(s, (struct sockaddr *)&a, sizeof a), -1);
  EXPECT_EQ(errno, ECONNREFUSED);
  int instance = MUST(epoll_create1(0));
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u32 = 7}, got[4];
  MUST(epoll_ctl(instance, EPOLL_CTL_ADD, p[0], &event));
  js_write_soon(p[1]);
  EXPECT_EQ(epoll_wait(instance, got, 4, -1), 1);
}

int main(void) {
  char byte;
  EXPECT_EQ(read(777, &byte, 1), -1);
  js_start();
  calls();
  EXPECT_EQ(js_wrong(), 0);
  EXPECT_EQ(read(777, &byte, 1), -1);
  EXPECT_EQ(js_wrong(), 0);
  exit(status_of_test()); // Asyncify loses what main returns
}
