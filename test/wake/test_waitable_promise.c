// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// emscripten_waitable_from_promise: promises of JavaScript among other descriptors, settled before
// and after, rejected, and closed while they are pending.
//
// modes: plain jspi asyncify pthread pthread_jspi wasm64

#include "expect.h"
#include <emscripten/poll.h>
#include <emscripten/waitable.h>
#include <sys/epoll.h>

static em_promise_t promises[3];
static int fds[3], epfd;

static void test_pending(void) {
  void *value;
  for (int i = 0; i < 3; i++) {
    promises[i] = emscripten_promise_create();
    fds[i] = MUST(emscripten_waitable_from_promise(promises[i], O_CLOEXEC));
    struct pollfd p = {.fd = fds[i], .events = POLLIN};
    EXPECT_EQ(poll(&p, 1, 0), 0);
    EXPECT_EQ(emscripten_waitable_result(fds[i], &value), -EAGAIN);
  }
  EXPECT_EQ(emscripten_waitable_from_promise(promises[0], O_APPEND), -EINVAL);
  next_step();
}

static int results;

static void collect(int fd, int revents) {
  struct epoll_event events[3];
  int n = epoll_wait(fd, events, 3, 0);
  for (int i = 0; i < n; i++) {
    void *value;
    int which = events[i].data.fd;
    int result = emscripten_waitable_result(fds[which], &value);
    EXPECT_EQ((intptr_t)value, which + 100);
    EXPECT_EQ(result, which ? EM_PROMISE_REJECT : EM_PROMISE_FULFILL);
    EXPECT_EQ(events[i].events, which ? EPOLLIN | EPOLLERR : EPOLLIN);
    close(fds[which]);
    emscripten_promise_destroy(promises[which]);
    results++;
  }
  if (results < 2) {
    EXPECT_EQ(emscripten_poll_with_callback(fd, POLLIN, SOON, collect), 0);
    return;
  }
  close(epfd);
  next_step();
}

static void test_settled(void) {
  epfd = MUST(epoll_create1(0));
  for (int i = 0; i < 2; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = i};
    MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, fds[i], &event));
  }
  EXPECT_EQ(emscripten_poll_with_callback(epfd, POLLIN, SOON, collect), 0);
  emscripten_promise_resolve(promises[0], EM_PROMISE_FULFILL, (void *)100);
  emscripten_promise_resolve(promises[1], EM_PROMISE_REJECT, (void *)101);
}

// The promise has somebody to tell who has gone.
static void test_closed_first(void) {
  close(fds[2]);
  emscripten_promise_resolve(promises[2], EM_PROMISE_FULFILL, NULL);
  emscripten_promise_destroy(promises[2]);
  next_step();
}

static const step steps[] = {test_pending, test_settled, test_closed_first, NULL};

int main(void) {
  run_steps(steps);
  return 0;
}
