// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// <emscripten/async_wake.h>, on one thread: notifications coalesce into one callback, one that comes
// before the wait or during the callback is not lost, the callback rearms or disarms, several waits
// take turns, the handle is a descriptor for poll and epoll, and closing it tells who waits.

#include "expect.h"
#include <emscripten/async_wake.h>
#include <emscripten/poll.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

static int handle, calls, last_error, renotify;
static bool rearm;
static step then;

static bool on_wake(int fd, int error, void *user) {
  EXPECT_EQ(fd, handle);
  EXPECT(user == &handle);
  calls++;
  last_error = error;
  if (renotify) {
    renotify--;
    EXPECT_EQ(emscripten_async_wake_notify(handle), 0);
  }
  return rearm;
}

static void wait_and_rearm(bool value) {
  rearm = value;
  EXPECT(emscripten_async_wake_wait(handle, on_wake, &handle) > 0);
}

// The event loop has run everything that was due before this.
static void settle2(void *unused) {
  (void)unused;
  then();
}

static void settle1(void *unused) {
  emscripten_async_call(settle2, unused, 5);
}

static void settle(step next) {
  then = next;
  emscripten_async_call(settle1, NULL, 5);
}

static void coalesced(void) {
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(last_error, 0);
  next_step();
}

static void coalesces(void) {
  handle = emscripten_async_wake_init();
  EXPECT(handle >= 0);
  wait_and_rearm(true);
  for (int i = 0; i < 100; i++) {
    EXPECT_EQ(emscripten_async_wake_notify(handle), 0);
  }
  EXPECT_EQ(calls, 0);
  settle(coalesced);
}

static void called_again(void) {
  EXPECT_EQ(calls, 4);
  next_step();
}

static void during_the_callback(void) {
  renotify = 2;
  EXPECT_EQ(emscripten_async_wake_notify(handle), 0);
  settle(called_again);
}

static void not_called_any_more(void) {
  EXPECT_EQ(calls, 5);
  EXPECT_EQ(emscripten_async_wake_notify(handle), 0);
  settle(next_step);
}

static void disarms(void) {
  rearm = false;
  EXPECT_EQ(emscripten_async_wake_notify(handle), 0);
  settle(not_called_any_more);
}

static void found_pending(void) {
  EXPECT_EQ(calls, 6);
  next_step();
}

static void before_the_wait(void) {
  EXPECT_EQ(calls, 5);
  wait_and_rearm(false);
  EXPECT_EQ(calls, 5);
  settle(found_pending);
}

static void one_was_called(void) {
  EXPECT_EQ(calls, 7);
  EXPECT_EQ(emscripten_async_wake_notify(handle), 0);
  settle(next_step);
}

static void several_waits(void) {
  wait_and_rearm(false);
  wait_and_rearm(false);
  EXPECT_EQ(emscripten_async_wake_notify(handle), 0);
  settle(one_was_called);
}

static void cancelled(void) {
  EXPECT_EQ(calls, 8);
  next_step();
}

static void cancel(void) {
  EXPECT_EQ(calls, 8);
  int id = emscripten_async_wake_wait(handle, on_wake, &handle);
  EXPECT(id > 0);
  EXPECT_EQ(emscripten_async_wake_notify(handle), 0);
  EXPECT_EQ(emscripten_poll_cancel(id), 0);
  EXPECT_EQ(emscripten_poll_cancel(id), -ENOENT);
  settle(cancelled);
}

static void as_a_descriptor(void) {
  uint64_t value = 0;
  struct pollfd p = {handle, POLLIN, 0};
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = handle};
  int epfd = MUST(epoll_create1(0));
  EXPECT_EQ(poll(&p, 1, 0), 1);
  EXPECT_EQ(read(handle, &value, sizeof value), 8);
  EXPECT_EQ(value, 1);
  EXPECT_EQ(poll(&p, 1, 0), 0);
  EXPECT_EQ(read(handle, &value, sizeof value), -1);
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_EQ(fcntl(handle, F_GETFD), FD_CLOEXEC);
  MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, handle, &event));
  EXPECT_EQ(epoll_wait(epfd, &event, 1, 0), 0);
  EXPECT_EQ(emscripten_async_wake_notify(handle), 0);
  EXPECT_EQ(emscripten_async_wake_notify(handle), 0);
  EXPECT_EQ(epoll_wait(epfd, &event, 1, 0), 1);
  EXPECT_EQ(event.data.fd, handle);
  EXPECT_EQ(epoll_wait(epfd, &event, 1, 0), 0);
  EXPECT_EQ(read(handle, &value, sizeof value), 8);
  EXPECT_EQ(value, 2);
  close(epfd);
  next_step();
}

static void told(void) {
  EXPECT_EQ(calls, 9);
  EXPECT_EQ(last_error, EBADF);
  next_step();
}

static void closing(void) {
  wait_and_rearm(true);
  EXPECT_EQ(emscripten_async_wake_deinit(handle), 0);
  EXPECT_EQ(emscripten_async_wake_deinit(handle), -EBADF);
  EXPECT_EQ(emscripten_async_wake_notify(handle), -EBADF);
  EXPECT_EQ(emscripten_async_wake_wait(handle, on_wake, NULL), -EBADF);
  settle(told);
}

static void semaphore_called(void) {
  EXPECT_EQ(calls, 12);
  EXPECT_EQ(emscripten_async_wake_deinit(handle), 0);
  settle(next_step);
}

static void other_descriptors(void) {
  int fds[2];
  MUST(pipe(fds));
  EXPECT_EQ(emscripten_async_wake_notify(fds[1]), -EINVAL);
  EXPECT_EQ(emscripten_async_wake_wait(fds[0], on_wake, NULL), -EINVAL);
  handle = MUST(eventfd(0, EFD_SEMAPHORE | EFD_NONBLOCK));
  wait_and_rearm(true);
  for (int i = 0; i < 3; i++) {
    EXPECT_EQ(emscripten_async_wake_notify(handle), 0);
  }
  settle(semaphore_called);
}

int main(void) {
  static const step steps[] = {
    coalesces, during_the_callback, disarms, before_the_wait,   several_waits,
    cancel,    as_a_descriptor,     closing, other_descriptors, NULL,
  };
  run_steps(steps);
  return 0;
}
